"""Six weeks of Ana and Ben as the demo tells them: made up, uneven, a little calmer towards the end.

Ana moves closer more often than Ben, and Ben makes space more often than Ana; both also do the other. One week is
harder again than the one before it.
"""

from typing import Final

from sessions.demo.told import ToldCheckIn, ToldRound, both, closer, space, steady

STORY: Final[tuple[ToldCheckIn, ...]] = (
    ToldCheckIn(
        41,
        (19, 40),
        (
            ToldRound(
                closer(
                    5,
                    moves=["ask-again", "reach-out-more"],
                    underneath=["fear-of-losing-connection"],
                    thought="He does not want to hear from me.",
                    inner=["replay", "read-between-lines"],
                    surface=["tense"],
                    body=["chest", "stomach"],
                ),
                space(
                    4,
                    moves=["go-quiet", "reply-less"],
                    underneath=["overwhelm"],
                    thought="Whatever I write is late.",
                    inner=["go-numb", "wait-it-out"],
                    surface=["flat"],
                    body=["shoulders", "heaviness"],
                ),
                moment=2,
                size=1,
                fits=(True, False),
                reconnected_after=95,
                relief=(2, 1),
            ),
        ),
    ),
    ToldCheckIn(
        38,
        (20, 15),
        (
            ToldRound(
                closer(4, moves=["ask-again", "protest"], underneath=["loneliness"]),
                space(4, moves=["take-space"], underneath=["fear-of-failing-the-other"]),
                moment=25,
                needs=("A hello that lasts a minute before the day goes on.", "Half an hour before I can talk."),
                steps=("Wait with questions until we both sit.", "Say when I will be ready."),
                reconnected_after=70,
            ),
        ),
    ),
    ToldCheckIn(
        34,
        (19, 5),
        (
            ToldRound(
                closer(4, moves=["protest", "defend"], underneath=["hurt"], share=("moves", "underneath")),
                closer(4, moves=["protest"], underneath=["shame"], share=("moves", "underneath")),
                moment=22,
                same_loop=True,
                fits=(True, True),
                needs=("To be asked before it turns into a list.", "To hear what went well, too."),
                reconnected_after=120,
                relief=(1, 2),
            ),
        ),
        tried={"ana": "partly", "ben": "yes"},
    ),
    ToldCheckIn(
        31,
        (21, 10),
        (
            ToldRound(
                space(3, moves=["go-quiet"], underneath=["hurt"]),
                space(4, moves=["change-subject"], underneath=["overwhelm"]),
                moment=19,
                size=3,
                fits=(True, True),
                reconnected_after=150,
                relief=(1, 1),
            ),
            ToldRound(
                closer(3, moves=["seek-reassurance"], underneath=["fear-of-being-too-much"]),
                steady(2, moves=["listen"]),
                moment=10,
                when="today",
                needs=("To know you are not going anywhere.", "To be told, instead of guessing."),
                steps=(None, "Say “I am here” out loud once a day."),
                reconnected_after=20,
                relief=(3, 3),
            ),
        ),
    ),
    ToldCheckIn(
        27,
        (18, 50),
        (
            ToldRound(
                both(4, underneath=["overwhelm", "loneliness"], thought="I want him near and I want him to stop."),
                space(3, moves=["take-space"], underneath=["fear-of-failing-the-other"]),
                moment=7,
                fits=(True, True),
                needs=("Closeness without a question in it.", "A sign when it is too much."),
                steps=("Ask for a hug, not for an answer.", None),
                reconnected_after=55,
            ),
        ),
        tried={"ben": "partly"},
    ),
    ToldCheckIn(
        24,
        (20, 30),
        (
            ToldRound(
                steady(2, moves=["stay-and-share"]),
                space(3, moves=["take-space"], underneath=["overwhelm"]),
                moment=8,
                when="this_week",
                needs=("A time when we do talk.", "The quiet first."),
                steps=("Write it down until tomorrow.", "Come back at nine, as I said."),
                reconnected_after=45,
                relief=(3, 3),
            ),
        ),
        tried={"ana": "yes"},
    ),
    ToldCheckIn(
        20,
        (19, 25),
        (
            ToldRound(
                closer(
                    3,
                    moves=["reach-out-more"],
                    underneath=["fear-of-losing-connection"],
                    impulse="ask-again",
                    chosen="stay-and-share",
                ),
                space(3, moves=["reply-less"], underneath=["overwhelm"], impulse="go-quiet", chosen="listen"),
                moment=1,
                same_loop=True,
                size=1,
                needs=("One word when the day is full.", "No second message before I have read the first."),
                steps=("Wait an hour before the second message.", "Send one word at lunch."),
                reconnected_after=40,
            ),
        ),
        tried={"ana": "yes", "ben": "yes"},
    ),
    ToldCheckIn(
        17,
        (20, 0),
        (
            ToldRound(
                closer(3, moves=["seek-reassurance"], underneath=["hurt"]),
                closer(3, moves=["reach-out-more"], underneath=["loneliness"]),
                moment="We both waited for the other to plan the weekend.",
                reconnected_after=30,
                relief=(3, 2),
            ),
        ),
        tried={"ana": "partly", "ben": "partly"},
    ),
    # The harder week: more happens, and the old way is back.
    ToldCheckIn(
        13,
        (21, 45),
        (
            ToldRound(
                closer(4, moves=["ask-again", "protest"], underneath=["fear-of-losing-connection"]),
                space(5, moves=["go-quiet", "take-space"], underneath=["overwhelm", "shame"]),
                moment=26,
                same_loop=True,
                size=3,
                fits=(True, True),
                reconnected_after=180,
                relief=(1, 1),
            ),
        ),
    ),
    ToldCheckIn(
        11,
        (19, 15),
        (
            ToldRound(
                space(3, moves=["go-quiet"], underneath=["shame"]),
                closer(3, moves=["ask-again"], underneath=["fear-of-losing-connection"]),
                moment=39,
                needs=("Time to find the words.", "To know when you will be back."),
                steps=("Say “in an hour”, and mean it.", "Go for a walk instead of asking."),
                reconnected_after=50,
                relief=(2, 3),
            ),
        ),
    ),
    ToldCheckIn(
        8,
        (20, 20),
        (
            ToldRound(
                closer(
                    2, moves=["reach-out-more"], underneath=["loneliness"], impulse="protest", chosen="stay-and-share"
                ),
                steady(2, moves=["listen", "stay-and-share"]),
                moment=12,
                needs=("An evening that is only ours.", "To pick which one."),
                steps=("Ask for Thursday.", "Keep Thursday free."),
                reconnected_after=15,
                relief=(4, 3),
            ),
        ),
        tried={"ana": "yes", "ben": "yes"},
    ),
    ToldCheckIn(
        5,
        (19, 50),
        (
            ToldRound(
                steady(2, moves=["listen"]),
                space(2, moves=["take-space"], underneath=["overwhelm"], impulse="go-quiet", chosen="stay-and-share"),
                moment=31,
                size=1,
                needs=("To hear that it is the day, not me.", "Rest first, and then you."),
                reconnected_after=20,
                relief=(3, 4),
            ),
            ToldRound(
                closer(3, moves=["ask-again"], underneath=["fear-of-being-too-much"]),
                space(2, moves=["reply-less"], underneath=["overwhelm"]),
                moment=3,
                size=1,
                reconnected_after=35,
                relief=(3, 3),
            ),
        ),
        tried={"ana": "yes", "ben": "partly"},
    ),
    ToldCheckIn(
        2,
        (20, 5),
        (
            ToldRound(
                steady(1, moves=["stay-and-share"]),
                steady(2, moves=["listen"]),
                moment=14,
                needs=("A slow morning.", "An afternoon outside."),
                steps=("Bring the coffee.", "Choose the path."),
                reconnected_after=10,
                relief=(4, 4),
            ),
        ),
    ),
)
