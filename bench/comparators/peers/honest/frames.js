/** What the honest peer takes: strict frames, as ours are. */

import { z } from "zod";

const reaction = z.enum(["anxious", "avoidant", "both", "steady"]);
const op = z.string().min(1).max(64);
const pad = z.string().max(16384).optional();

export const RoundOpen = z
  .object({
    type: z.literal("round.open"),
    op,
    pad,
    after: z.number().int().min(0),
    moment: z.number().int().optional(),
    text: z.string().min(1).max(280).optional(),
    theme: z.string().max(40).optional(),
    size: z.number().int().min(1).max(3).optional(),
  })
  .strict();
export const MarkSeal = z
  .object({
    type: z.literal("mark.seal"),
    op,
    pad,
    round: z.number().int().min(1),
    reaction: reaction,
    intensity: z.number().int().min(1).max(5),
    moves: z.array(z.string()).max(3).default([]),
    underneath: z.array(z.string()).max(3).default([]),
    impulse: z.string().optional(),
    chosen: z.string().optional(),
    guess: reaction.optional(),
    thought: z.string().max(280).default(""),
    second_look: z.string().max(280).default(""),
    words: z.string().max(500).default(""),
    share: z.array(z.string()).max(8).default([]),
  })
  .strict();
