"""A witness inside the database: at every commit it looks at what was committed, and writes down what must never be.

Plain SQL, which knows the tables and nothing of the code that writes them. A row of ``witness`` is part of the very
transaction that it speaks of, so that a crash keeps or loses both.
"""

import psycopg

REVEAL = "reveal"

_SQL = """
CREATE TABLE witness (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    round bigint NOT NULL,
    what text NOT NULL
);

CREATE FUNCTION witness_commit(of_round bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    looked record;
    marks bigint;
    opened bigint;
BEGIN
    SELECT one.phase, session.ended_at INTO looked FROM live_sessions_round one
        JOIN live_sessions_livesession session ON session.id = one.live_session_id WHERE one.id = of_round;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT count(*), count(*) FILTER (WHERE seal IS NULL) INTO marks, opened
        FROM live_sessions_mark WHERE round_id = of_round;
    INSERT INTO witness (round, what) SELECT of_round, said FROM (VALUES
        (looked.phase = 'open' AND marks = 2, 'committed with both marks and not revealed'),
        (looked.phase = 'open' AND opened > 0, 'committed with a mark opened before the reveal'),
        (looked.phase = 'open' AND looked.ended_at IS NOT NULL, 'committed open in an ended check-in'),
        (looked.phase = 'revealed' AND (marks <> 2 OR opened <> 2), 'committed revealed without both marks opened'),
        (looked.phase = 'set_aside' AND marks > 0, 'committed set aside with a mark')
    ) AS judged (wrong, said) WHERE wrong;
END $$;

CREATE FUNCTION witness_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seal IS NULL
       AND (NEW.seal, NEW.reaction, NEW.intensity) IS DISTINCT FROM (OLD.seal, OLD.reaction, OLD.intensity) THEN
        INSERT INTO witness (round, what) VALUES (NEW.round_id, 'an opened mark was changed');
    END IF;
    IF TG_OP = 'DELETE' AND OLD.seal IS NULL THEN
        INSERT INTO witness (round, what) VALUES (OLD.round_id, 'an opened mark was deleted');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION witness_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.phase <> 'revealed' AND NEW.phase = 'revealed' THEN
        INSERT INTO witness (round, what) VALUES (NEW.id, 'reveal');
    ELSIF OLD.phase = 'revealed' AND (NEW.phase, NEW.revealed_at, NEW.pattern)
          IS DISTINCT FROM (OLD.phase, OLD.revealed_at, OLD.pattern) THEN
        INSERT INTO witness (round, what) VALUES (NEW.id, 'a reveal was changed');
    ELSIF OLD.phase = 'set_aside' AND NEW.phase <> 'set_aside' THEN
        INSERT INTO witness (round, what) VALUES (NEW.id, 'what was set aside came back');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION witness_mark_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM witness_commit(coalesce(NEW.round_id, OLD.round_id));
    RETURN NULL;
END $$;

CREATE FUNCTION witness_round_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM witness_commit(NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION witness_end_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM witness_commit(id) FROM live_sessions_round WHERE live_session_id = NEW.id AND phase = 'open';
    RETURN NULL;
END $$;

CREATE TRIGGER witness_mark AFTER UPDATE OR DELETE ON live_sessions_mark
    FOR EACH ROW EXECUTE FUNCTION witness_mark();
CREATE TRIGGER witness_round AFTER UPDATE ON live_sessions_round
    FOR EACH ROW EXECUTE FUNCTION witness_round();
CREATE CONSTRAINT TRIGGER witness_mark_commit AFTER INSERT OR UPDATE OR DELETE ON live_sessions_mark
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION witness_mark_commit();
CREATE CONSTRAINT TRIGGER witness_round_commit AFTER INSERT OR UPDATE ON live_sessions_round
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION witness_round_commit();
CREATE CONSTRAINT TRIGGER witness_end_commit AFTER UPDATE ON live_sessions_livesession
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION witness_end_commit();
"""


def place(url: str) -> None:
    """Put a witness into a migrated database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SQL.encode())
