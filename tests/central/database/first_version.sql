-- The database as the first version of the points service left it: tables, and a small chain
-- with redemptions in every state, dead and living lots, debt, a hold whose lot dies, a voucher
-- used, restored and used again. Written by that version's own code (commit 13b11ab,
-- `central migrate`, its tests' Chain), taken with pg_dump; without comments and without the
-- ledger's functions, which `central migrate` makes anew whatever was there. Never edited:
-- who updates from then has exactly this. Its clock says 2026-11-22 04:00 UTC.
\restrict 0J6zsIAolJRmuQsJ0X9eQ0gAQ0rGVbXdHPxKpK528t1xWVdOcWpU3mrlcuyNy3R
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE FUNCTION public.category_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE reward SET rev = rev WHERE category_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION public.config_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    UPDATE programme SET config_rev = config_rev;
    RETURN NULL;
END $$;
CREATE FUNCTION public.device_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('device_changed', NEW.id::text);
    RETURN NULL;
END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.device (
    id uuid NOT NULL,
    number text NOT NULL,
    role text NOT NULL,
    public_key bytea NOT NULL,
    hw_serial text DEFAULT ''::text NOT NULL,
    image_version text DEFAULT ''::text NOT NULL,
    enrolled_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    revoked_at timestamp with time zone,
    paused boolean DEFAULT false NOT NULL,
    acked_seq bigint DEFAULT 0 NOT NULL,
    heartbeat_at timestamp with time zone,
    heartbeat jsonb,
    till_paused_until timestamp with time zone,
    store_id text NOT NULL,
    CONSTRAINT device_role_known CHECK ((role = ANY (ARRAY['kiosk'::text, 'till'::text])))
);
CREATE TABLE public.hold (
    id uuid NOT NULL,
    points bigint NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    member_id uuid NOT NULL,
    CONSTRAINT hold_ends_once CHECK ((((ended_at IS NULL) AND (state = 'open'::text)) OR ((ended_at IS NOT NULL) AND (state = ANY (ARRAY['captured'::text, 'released'::text]))))),
    CONSTRAINT hold_points_positive CHECK ((points > 0))
);
CREATE TABLE public.redemption (
    id uuid NOT NULL,
    reward_rev integer NOT NULL,
    points bigint NOT NULL,
    state text NOT NULL,
    channel text DEFAULT 'kiosk'::text NOT NULL,
    device_seq bigint NOT NULL,
    stock_counted boolean NOT NULL,
    choice text,
    reserved_at timestamp with time zone NOT NULL,
    printing_at timestamp with time zone,
    uncertain_at timestamp with time zone,
    issued_at timestamp with time zone,
    ended_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    operator text DEFAULT ''::text NOT NULL,
    paper_mm integer DEFAULT 0 NOT NULL,
    told_at timestamp with time zone,
    device_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    member_id uuid NOT NULL,
    printer_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    session_id uuid,
    store_id text NOT NULL,
    CONSTRAINT redemption_state_known CHECK ((state = ANY (ARRAY['RESERVED'::text, 'PRINTING'::text, 'UNCERTAIN'::text, 'ISSUED'::text, 'USED'::text, 'EXPIRED'::text, 'VOIDED'::text, 'RELEASED'::text])))
);
CREATE TABLE public.reward (
    id uuid NOT NULL,
    rev integer DEFAULT 1 NOT NULL,
    catalogue_rev bigint DEFAULT 0 NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    kind text NOT NULL,
    name jsonb NOT NULL,
    description jsonb NOT NULL,
    value_fen bigint NOT NULL,
    price_points bigint NOT NULL,
    per_member_per_day integer,
    per_member_per_month integer,
    per_member_ever integer,
    stock_counted boolean DEFAULT false NOT NULL,
    few_below integer DEFAULT 6 NOT NULL,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    voucher_days integer DEFAULT 30 NOT NULL,
    min_spend_fen bigint DEFAULT 0 NOT NULL,
    conditions jsonb DEFAULT '[]'::jsonb NOT NULL,
    offline_ok boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    category_id text NOT NULL,
    image_sha256 text NOT NULL,
    CONSTRAINT reward_price_positive CHECK ((price_points > 0)),
    CONSTRAINT reward_value_not_negative CHECK ((value_fen >= 0)),
    CONSTRAINT reward_window_forward CHECK (((valid_from IS NULL) OR (valid_to IS NULL) OR (valid_from < valid_to)))
);
CREATE FUNCTION public.member_created() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO balance (member_id) VALUES (NEW.id);
    RETURN NEW;
END $$;
CREATE TABLE public.balance (
    member_id uuid NOT NULL,
    pending bigint DEFAULT 0 NOT NULL,
    available bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    debt bigint DEFAULT 0 NOT NULL,
    CONSTRAINT balance_debt_not_positive CHECK ((debt <= 0)),
    CONSTRAINT balance_not_negative CHECK (((available >= 0) AND (held >= 0) AND (pending >= 0)))
);
CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;
    RETURN job_ids;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;
    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;
    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;
    RETURN _job_id;
END;
$$;
CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.programme_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.config_rev := OLD.config_rev + 1;
    RETURN NEW;
END $$;
CREATE FUNCTION public.reward_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.rev := OLD.rev + 1;
    END IF;
    NEW.catalogue_rev := catalogue_next();
    RETURN NEW;
END $$;
CREATE FUNCTION public.reward_part_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE reward SET rev = rev WHERE id = OLD.reward_id;
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.reward_id <> OLD.reward_id) THEN
        UPDATE reward SET rev = rev WHERE id = NEW.reward_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.stock_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_few integer;
BEGIN
    NEW.changed_at := clock_timestamp();
    SELECT few_below INTO v_few FROM reward WHERE id = NEW.reward_id;
    IF TG_OP = 'INSERT' OR least(OLD.on_hand, v_few) <> least(NEW.on_hand, v_few) THEN
        NEW.catalogue_rev := catalogue_next();
    END IF;
    RETURN NEW;
END $$;
CREATE TABLE public.voucher (
    redemption_id uuid NOT NULL,
    code text NOT NULL,
    state text NOT NULL,
    reward_name jsonb NOT NULL,
    value_fen bigint NOT NULL,
    min_spend_fen bigint NOT NULL,
    print_fields jsonb NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    copies integer DEFAULT 0 NOT NULL,
    used_at timestamp with time zone,
    used_pos text,
    used_receipt text,
    used_line integer,
    used_store_id text,
    CONSTRAINT voucher_code_form CHECK ((code ~ '^[0-9A-HJKMNP-TV-Z]{16}$'::text)),
    CONSTRAINT voucher_copies_limit CHECK (((copies >= 0) AND (copies <= 2))),
    CONSTRAINT voucher_used_once CHECK ((((state = 'used'::text) AND (used_at IS NOT NULL) AND (used_receipt IS NOT NULL)) OR ((NOT (state = 'used'::text)) AND (used_at IS NULL) AND (used_receipt IS NULL))))
);
CREATE TABLE public.bad_code (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    device_id uuid NOT NULL
);
CREATE SEQUENCE public.catalogue_rev
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.category (
    id text NOT NULL,
    name jsonb NOT NULL,
    "position" integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.device_event (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    at timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    mono_ms bigint NOT NULL,
    boot_id uuid NOT NULL,
    payload jsonb NOT NULL,
    status text DEFAULT 'applied'::text NOT NULL,
    device_id uuid NOT NULL,
    CONSTRAINT device_event_seq_positive CHECK ((seq > 0))
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.enrol_code (
    id uuid NOT NULL,
    code_hash bytea NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    store_id text NOT NULL,
    used_by_id uuid
);
CREATE TABLE public.function_set (
    singleton boolean NOT NULL,
    source_hash text NOT NULL,
    body_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT function_set_only_one CHECK (singleton)
);
CREATE TABLE public.hold_allocation (
    id uuid NOT NULL,
    points bigint NOT NULL,
    returned bigint DEFAULT 0 NOT NULL,
    hold_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    CONSTRAINT hold_allocation_positive CHECK ((points > 0)),
    CONSTRAINT hold_allocation_returned_within CHECK (((returned >= 0) AND (returned <= points)))
);
CREATE TABLE public.idempotency_key (
    id uuid NOT NULL,
    client text NOT NULL,
    key text NOT NULL,
    content_hash bytea NOT NULL,
    response jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.journal (
    id uuid NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    redemption uuid,
    reason text DEFAULT ''::text NOT NULL,
    operator text DEFAULT ''::text NOT NULL,
    member_id uuid NOT NULL,
    reverses_id uuid,
    lot_id uuid
);
CREATE TABLE public.limit_counter (
    id uuid NOT NULL,
    period text NOT NULL,
    starts_on date NOT NULL,
    used integer NOT NULL,
    member_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    CONSTRAINT limit_counter_not_negative CHECK ((used >= 0)),
    CONSTRAINT limit_counter_period_known CHECK ((period = ANY (ARRAY['day'::text, 'month'::text, 'ever'::text])))
);
CREATE TABLE public.lot (
    id uuid NOT NULL,
    source text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    granted bigint NOT NULL,
    remaining bigint NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    redeemed bigint DEFAULT 0 NOT NULL,
    expired bigint DEFAULT 0 NOT NULL,
    clawed bigint DEFAULT 0 NOT NULL,
    forfeited bigint DEFAULT 0 NOT NULL,
    merged_out bigint DEFAULT 0 NOT NULL,
    settled_debt bigint DEFAULT 0 NOT NULL,
    available_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    member_id uuid NOT NULL,
    type text NOT NULL,
    CONSTRAINT lot_adds_up CHECK ((granted = ((((((remaining + redeemed) + expired) + clawed) + forfeited) + merged_out) + settled_debt))),
    CONSTRAINT lot_held_within_remaining CHECK (((held >= 0) AND (held <= remaining) AND (remaining <= granted))),
    CONSTRAINT lot_parts_not_negative CHECK (((clawed >= 0) AND (expired >= 0) AND (granted > 0) AND (redeemed >= 0) AND (forfeited >= 0) AND (merged_out >= 0) AND (settled_debt >= 0))),
    CONSTRAINT lot_state_known CHECK (((state = 'active'::text) OR ((held = 0) AND (state = 'pending'::text))))
);
CREATE TABLE public.member (
    id uuid NOT NULL,
    number text NOT NULL,
    display text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    facts_version integer DEFAULT 1 NOT NULL,
    joined_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    merged_into_id uuid,
    tier_id text NOT NULL,
    CONSTRAINT member_status_known CHECK ((status = ANY (ARRAY['active'::text, 'frozen'::text, 'closed'::text, 'merged'::text])))
);
CREATE TABLE public.member_card (
    card_ref bytea NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    member_id uuid NOT NULL
);
CREATE TABLE public.member_ref (
    ref bytea NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    retired_at timestamp with time zone,
    member_id uuid NOT NULL
);
CREATE TABLE public.member_session (
    id uuid NOT NULL,
    read_only boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    device_id uuid NOT NULL,
    member_id uuid NOT NULL
);
CREATE TABLE public.point_type (
    code text NOT NULL,
    name jsonb NOT NULL,
    expiry_months integer,
    pending_days integer DEFAULT 0 NOT NULL,
    qualifying boolean DEFAULT true NOT NULL
);
CREATE TABLE public.posting (
    id uuid NOT NULL,
    account text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    points bigint NOT NULL,
    journal_id uuid NOT NULL,
    member_id uuid,
    CONSTRAINT posting_account_known CHECK ((((account = ANY (ARRAY['pending'::text, 'available'::text, 'held'::text, 'debt'::text])) AND (member_id IS NOT NULL)) OR ((account = ANY (ARRAY['issued'::text, 'redeemed'::text, 'expired'::text, 'clawed_back'::text, 'forfeited'::text, 'donated'::text])) AND (member_id IS NULL)))),
    CONSTRAINT posting_not_zero CHECK ((NOT (points = 0)))
);
CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;
CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;
CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;
CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.programme (
    id uuid NOT NULL,
    singleton boolean DEFAULT true NOT NULL,
    timezone text DEFAULT 'Asia/Shanghai'::text NOT NULL,
    name jsonb NOT NULL,
    brand_colour text DEFAULT '#0B5F4B'::text NOT NULL,
    point_unit jsonb NOT NULL,
    fen_per_point integer,
    pin_over_points integer DEFAULT 300,
    idle_s integer DEFAULT 45 NOT NULL,
    hotline text DEFAULT ''::text NOT NULL,
    voucher_terms jsonb DEFAULT '[]'::jsonb NOT NULL,
    min_app_version text DEFAULT '0.1.0'::text NOT NULL,
    config_rev bigint DEFAULT 1 NOT NULL,
    CONSTRAINT programme_only_true CHECK (singleton)
);
CREATE TABLE public.reward_image (
    sha256 text NOT NULL,
    media_type text DEFAULT 'image/png'::text NOT NULL,
    content bytea NOT NULL
);
CREATE TABLE public.reward_price (
    id uuid NOT NULL,
    points bigint NOT NULL,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    reward_id uuid NOT NULL,
    tier_id text,
    CONSTRAINT reward_price_step_positive CHECK ((points > 0))
);
CREATE TABLE public.reward_store (
    id uuid NOT NULL,
    reward_id uuid NOT NULL,
    store_id text NOT NULL
);
CREATE TABLE public.reward_tier (
    id uuid NOT NULL,
    reward_id uuid NOT NULL,
    tier_id text NOT NULL
);
CREATE TABLE public.seen_code (
    id uuid NOT NULL,
    ref bytea NOT NULL,
    slot integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    device_id uuid NOT NULL
);
CREATE TABLE public.stock_bucket (
    id uuid NOT NULL,
    on_hand integer NOT NULL,
    reserved integer DEFAULT 0 NOT NULL,
    issued integer DEFAULT 0 NOT NULL,
    received integer NOT NULL,
    written_off integer DEFAULT 0 NOT NULL,
    catalogue_rev bigint DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    reward_id uuid NOT NULL,
    store_id text NOT NULL,
    CONSTRAINT stock_bucket_adds_up CHECK ((received = (((on_hand + reserved) + issued) + written_off))),
    CONSTRAINT stock_bucket_not_negative CHECK (((issued >= 0) AND (on_hand >= 0) AND (reserved >= 0) AND (received >= 0) AND (written_off >= 0)))
);
CREATE TABLE public.store (
    id text NOT NULL,
    name jsonb NOT NULL,
    address jsonb NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    franchise boolean DEFAULT false NOT NULL
);
CREATE TABLE public.tier (
    id text NOT NULL,
    name jsonb NOT NULL,
    rank integer NOT NULL
);
CREATE TABLE public.token_key (
    kid smallint NOT NULL,
    public_key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT token_key_kid_byte CHECK (((kid >= 0) AND (kid <= 255)))
);
CREATE TABLE public.tombstone (
    id uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    device_id uuid NOT NULL
);
CREATE TABLE public.voucher_event (
    id uuid NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    operator text DEFAULT ''::text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    device_id uuid,
    store_id text,
    voucher_id uuid NOT NULL
);
ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);
COPY public.bad_code (id, at, device_id) FROM stdin;
\.
COPY public.balance (member_id, pending, available, held, debt) FROM stdin;
01a202b0-76f1-7075-bb5d-0006de4a3195	0	4400	300	0
01a202b0-791d-7307-9fa9-c60d19160e7f	55	185	0	0
01a202b0-79f1-77cd-9c76-38d8a08175de	0	0	0	-10
01a202b0-7a11-7291-a0b3-50d4a2a574ea	0	400	0	0
01a202b0-7a23-743c-81a2-7e9e2092a235	0	1830	100	0
01a202b0-7acc-71da-a116-55bb4236e19b	0	0	100	0
\.
COPY public.category (id, name, "position") FROM stdin;
home	{"en": "居家", "zh-Hans": "居家", "zh-Hant": "居家"}	0
\.
COPY public.device (id, number, role, public_key, hw_serial, image_version, enrolled_at, revoked_at, paused, acked_seq, heartbeat_at, heartbeat, till_paused_until, store_id) FROM stdin;
01a202b0-7651-769e-b26e-bd1aec3817cc	K02	kiosk	\\x65ee61f6f686728ec6102084891d44196054c623bc26a6e7063f1750dc013d48			2026-11-22 09:57:28.857906+00	\N	f	0	\N	\N	\N	S2
01a202b0-7651-769e-b26e-bd1b20685973	T01	till	\\xa9bd6ca609a2946f5db8f903438b99e995ff54b0533d2a7d3acf45a2d9b23a4a			2026-11-22 09:57:28.865414+00	\N	f	0	\N	\N	\N	S1
01a202b0-7651-769e-b26e-bd1cc635caf3	T02	till	\\x4b3955acfd426d69b519da979de02abd8e5d699aa144d39244734af0595e604b			2026-11-22 09:57:28.880376+00	\N	f	0	\N	\N	\N	S2
01a202b0-7651-769e-b26e-bd19c2ebf4e9	K01	kiosk	\\xecfcd6131e6e5d53679795a07045f1032c7f3828f1824232b985dd444e594ff1			2026-11-22 09:57:28.845228+00	\N	f	3	\N	\N	\N	S1
\.
COPY public.device_event (id, seq, type, at, received_at, mono_ms, boot_id, payload, status, device_id) FROM stdin;
01a202b0-7b21-72fd-9388-c12c7eb37851	1	started	2026-11-22 04:00:00+00	2026-11-22 04:00:00+00	1	01a202b0-7b21-72fd-9388-c12d2964e053	{"n": 1}	applied	01a202b0-7651-769e-b26e-bd19c2ebf4e9
01a202b0-7b21-72fd-9388-c12e30146e7f	2	started	2026-11-22 04:00:00+00	2026-11-22 04:00:00+00	2	01a202b0-7b21-72fd-9388-c12f1cdd0186	{"n": 2}	applied	01a202b0-7651-769e-b26e-bd19c2ebf4e9
01a202b0-7b21-72fd-9388-c1306f6a17e6	3	started	2026-11-22 04:00:00+00	2026-11-22 04:00:00+00	3	01a202b0-7b21-72fd-9388-c131801f9ab3	{"n": 3}	applied	01a202b0-7651-769e-b26e-bd19c2ebf4e9
\.
COPY public.django_migrations (id, app, name, applied) FROM stdin;
1	programme	0001_initial	2026-11-22 09:57:22.553391+00
2	devices	0001_initial	2026-11-22 09:57:22.98132+00
3	members	0001_initial	2026-11-22 09:57:23.55766+00
4	ledger	0001_initial	2026-11-22 09:57:25.001205+00
5	procrastinate	0001_initial	2026-11-22 09:57:25.12705+00
6	procrastinate	0002_drop_started_at_column	2026-11-22 09:57:25.13148+00
7	procrastinate	0003_drop_started_at_column	2026-11-22 09:57:25.142013+00
8	procrastinate	0004_drop_procrastinate_version_table	2026-11-22 09:57:25.153156+00
9	procrastinate	0005_fix_procrastinate_fetch_job	2026-11-22 09:57:25.181798+00
10	procrastinate	0006_fix_trigger_status_events_insert	2026-11-22 09:57:25.189853+00
11	procrastinate	0007_add_queueing_lock_column	2026-11-22 09:57:25.201255+00
12	procrastinate	0008_close_fetch_job_race_condition	2026-11-22 09:57:25.221698+00
13	procrastinate	0009_add_defer_job_function	2026-11-22 09:57:25.239381+00
14	procrastinate	0010_add_procrastinate_periodic_defers	2026-11-22 09:57:25.262245+00
15	procrastinate	0011_add_foreign_key_index	2026-11-22 09:57:25.281227+00
16	procrastinate	0012_add_locks_to_periodic_defer	2026-11-22 09:57:25.298241+00
17	procrastinate	0013_fix_procrastinate_defer_periodic_job	2026-11-22 09:57:25.317302+00
18	procrastinate	0014_add_finish_job_and_retry_job_functions	2026-11-22 09:57:25.325685+00
19	procrastinate	0015_add_trigger_on_job_deletion	2026-11-22 09:57:25.339673+00
20	procrastinate	0016_delete_finished_jobs	2026-11-22 09:57:25.358172+00
21	procrastinate	0017_add_checks_to_finish_job	2026-11-22 09:57:25.361749+00
22	procrastinate	0018_add_checks_to_retry_job	2026-11-22 09:57:25.366564+00
23	procrastinate	0019_fix_finish_job_compat_issue	2026-11-22 09:57:25.378733+00
24	procrastinate	0020_add_index_on_procrastinate_jobs	2026-11-22 09:57:25.390123+00
25	procrastinate	0021_add_kwargs_to_defer_periodic_job	2026-11-22 09:57:25.413148+00
26	procrastinate	0022_null_locks_excluded	2026-11-22 09:57:25.425992+00
27	procrastinate	0023_remove_old_finish_job_function	2026-11-22 09:57:25.442722+00
28	procrastinate	0024_job_id_bigint	2026-11-22 09:57:25.463612+00
29	procrastinate	0025_add_models	2026-11-22 09:57:25.487592+00
30	procrastinate	0026_add_job_priority	2026-11-22 09:57:25.526088+00
31	procrastinate	0027_add_periodic_job_priority	2026-11-22 09:57:25.541104+00
32	procrastinate	0028_add_cancel_states	2026-11-22 09:57:25.552635+00
33	procrastinate	0029_add_additional_params_to_retry_job	2026-11-22 09:57:25.561765+00
34	procrastinate	0030_alter_procrastinateevent_options	2026-11-22 09:57:25.564127+00
35	procrastinate	0031_add_indexes_for_fetch_job	2026-11-22 09:57:25.589458+00
36	procrastinate	0032_pre_cancel_notification	2026-11-22 09:57:25.607463+00
37	procrastinate	0033_post_cancel_notification	2026-11-22 09:57:25.695796+00
38	procrastinate	0034_pre_add_heartbeat	2026-11-22 09:57:25.767146+00
39	procrastinate	0035_post_add_heartbeat	2026-11-22 09:57:25.789501+00
40	procrastinate	0036_add_worker_model	2026-11-22 09:57:25.795584+00
41	procrastinate	0037_pre_batch_defer_jobs	2026-11-22 09:57:25.813792+00
42	procrastinate	0038_post_batch_defer_jobs	2026-11-22 09:57:25.849868+00
43	procrastinate	0039_pre_priority_lock_fetch_job	2026-11-22 09:57:25.858086+00
44	procrastinate	0040_pre_retry_failed_job	2026-11-22 09:57:25.866625+00
45	procrastinate	0041_post_retry_failed_job	2026-11-22 09:57:25.881691+00
46	programme	0002_catalogue_rev	2026-11-22 09:57:25.916743+00
47	redemption	0001_initial	2026-11-22 09:57:26.897358+00
\.
COPY public.enrol_code (id, code_hash, role, created_at, expires_at, used_at, revoked_at, store_id, used_by_id) FROM stdin;
\.
COPY public.function_set (singleton, source_hash, body_hash, created_at) FROM stdin;
t	2f6c9168eb5525264253b7fd797c59d5891988d0761cf3564ebc9ff7a0096a89	b00d329a202502853b2672ca8da4834e6556044a293fde3769cd2bf8f8f9d09f	2026-11-22 09:57:26.997052+00
\.
COPY public.hold (id, points, state, created_at, deadline, ended_at, member_id) FROM stdin;
01a202b0-774c-7080-a70f-048b5d20ac2c	100	open	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	\N	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7773-7b2f-82f2-8487d87c6cd6	100	open	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	\N	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77a3-7bc6-92f6-712a2aa7f99a	100	open	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	\N	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77e8-72ef-8945-77e207ed089f	100	captured	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	2026-11-19 03:55:00+00	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7824-79d3-9147-b9e51f43350c	100	captured	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	2026-11-19 03:55:00+00	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7869-794c-823e-db0acf0d82fc	100	captured	2026-10-23 03:55:00+00	2026-10-23 04:10:00+00	2026-10-23 03:55:00+00	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78aa-7a53-a97d-054243af10bb	100	captured	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	2026-11-19 03:55:00+00	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78f7-77bc-9faf-d9ca967215df	100	released	2026-11-19 03:55:00+00	2026-11-19 04:10:00+00	2026-11-19 03:55:00+00	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-798a-7f7e-a283-b13574241619	120	captured	2026-11-22 02:00:00+00	2026-11-22 02:15:00+00	2026-11-22 02:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79c2-7308-aae7-0d83082d2dd6	120	captured	2026-11-22 02:00:00+00	2026-11-22 02:15:00+00	2026-11-22 02:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-7a43-731d-8b59-0951ff956568	70	captured	2026-11-22 02:00:00+00	2026-11-22 02:15:00+00	2026-11-22 02:00:00+00	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a93-7ed9-b269-20691a134bb2	100	open	2026-11-22 02:00:00+00	2026-11-22 02:15:00+00	\N	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7aef-7b0d-9306-895c43ac924b	100	open	2026-11-22 03:55:00+00	2026-11-22 04:10:00+00	\N	01a202b0-7acc-71da-a116-55bb4236e19b
\.
COPY public.hold_allocation (id, points, returned, hold_id, lot_id) FROM stdin;
01a202b0-774c-78e9-ae56-8d5fd975be2e	100	0	01a202b0-774c-7080-a70f-048b5d20ac2c	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-7774-75ff-b874-d1a39950c904	100	0	01a202b0-7773-7b2f-82f2-8487d87c6cd6	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-77a3-7dc6-8e18-dbb42de28895	100	0	01a202b0-77a3-7bc6-92f6-712a2aa7f99a	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-77e8-70fb-af45-9acabf9750f5	100	0	01a202b0-77e8-72ef-8945-77e207ed089f	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-7824-7433-8e81-dc5a4096e137	100	0	01a202b0-7824-79d3-9147-b9e51f43350c	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-786a-71c4-80a6-4e53c9b2e3bb	100	0	01a202b0-7869-794c-823e-db0acf0d82fc	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-78aa-7636-b45a-d0894aa7382b	100	100	01a202b0-78aa-7a53-a97d-054243af10bb	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-78f9-7cae-8bee-a7fe6bdb6b3f	100	0	01a202b0-78f7-77bc-9faf-d9ca967215df	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-798a-7210-8e12-caa2648b3c2c	60	0	01a202b0-798a-7f7e-a283-b13574241619	01a202b0-7945-7019-b556-25911878cc80
01a202b0-798a-7b4c-9bdc-54c21046c288	40	0	01a202b0-798a-7f7e-a283-b13574241619	01a202b0-794d-7067-a3cf-8f96a73e2ccc
01a202b0-798a-72df-b2f5-13e9bde2832d	20	0	01a202b0-798a-7f7e-a283-b13574241619	01a202b0-7929-716a-9b96-6e27436ded64
01a202b0-79c5-7bed-b95f-eb61152e92ab	120	0	01a202b0-79c2-7308-aae7-0d83082d2dd6	01a202b0-7929-716a-9b96-6e27436ded64
01a202b0-7a43-7203-b661-e6fc87ab0e82	70	0	01a202b0-7a43-731d-8b59-0951ff956568	01a202b0-7a32-7116-b686-7a034f2779e4
01a202b0-7a93-7681-8d8f-8b131ac67114	100	0	01a202b0-7a93-7ed9-b269-20691a134bb2	01a202b0-7a32-7116-b686-7a034f2779e4
01a202b0-7aef-7bc3-bb8c-c1aa1a3e9fd5	100	0	01a202b0-7aef-7b0d-9306-895c43ac924b	01a202b0-7ad3-7d2e-9335-af53379bd814
\.
COPY public.idempotency_key (id, client, key, content_hash, response, created_at) FROM stdin;
01a202b0-7715-70d5-aeb9-8a03005023e6	test	01a202b0-76f5-71fd-bd33-2cff1c5dd563	\\x2c637869c8c789ff2ecef7f1445959c3e3f4641568e1a313560215b4424ba6ee	{"lot": "01a202b0-7703-7b7e-b4aa-65d822fac77d", "points": 5000, "pending": 0, "spendable": 5000, "expires_at": null, "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-7766-7cc9-8487-ad1a896cb8b9	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7729-7512-8584-741d7a3b583e	\\x8b0c915b3915e4afa10c58401c48565b4bcb96ec021fd42a74b21d0b4a1fd342	{"id": "01a202b0-7729-7512-8584-741d7a3b583e", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "6X0GJG54X6N23X53", "payload": "V16X0GJG54X6N23X53", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4900, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4900, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-7775-7fc9-83bc-0dbfa5524dbe	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7769-7052-abe6-5c470bc21c47	\\x7025511f08bef46d19416443a494db693c59e1c450d5dec97e5310defc82d22b	{"id": "01a202b0-7769-7052-abe6-5c470bc21c47", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "3TTSVS70G45BZ3DC", "payload": "V13TTSVS70G45BZ3DC", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4800, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4800, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-7789-7548-8249-081425c6cfa9	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7781-7227-9261-6f5ad136d4dd	\\xa756dcf5e5d6fcdba76215cf260f746d9e1426ef3ac86212c9ee7cd784c59102	{"id": "01a202b0-7769-7052-abe6-5c470bc21c47", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "3TTSVS70G45BZ3DC", "payload": "V13TTSVS70G45BZ3DC", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4800, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4800, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-77a4-76d4-9ca1-b9534f65865b	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7792-714f-83f2-c90ff966db03	\\x1988e96645e62476af889b2a85c7fb700d7653156eaee53ffe3b7a8dca37d22a	{"id": "01a202b0-7792-714f-83f2-c90ff966db03", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "B8AQP51X7M974JNV", "payload": "V1B8AQP51X7M974JNV", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4700, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4700, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-77c5-751c-87f6-610ddd40e48b	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-77c1-76ce-8378-a7d5b274a07b	\\x2210609b42ff9b9ad3b49847c100c23bb6d7da38c55fc5abef6ca49643a088ff	{"id": "01a202b0-7792-714f-83f2-c90ff966db03", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "B8AQP51X7M974JNV", "payload": "V1B8AQP51X7M974JNV", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4700, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4700, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-77cf-75ee-bb23-f7ab5f4f4ef4	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-77ca-74bf-92d5-30a8e28972c6	\\x448cfa1c69194bf27d5095d16815ae4c7e206a2c22e18f9128c74c8595c584f3	{"id": "01a202b0-7792-714f-83f2-c90ff966db03", "copy": 0, "state": "UNCERTAIN", "points": 100, "voucher": {"code": "B8AQP51X7M974JNV", "payload": "V1B8AQP51X7M974JNV", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4700, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4700, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-77f3-723d-9901-4bcb8240745a	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-77d9-709d-9e12-69bd70a7410d	\\x306f2c7e04c665bcb2aa7648d8de75e57c9bf05be0d4edfc4a7e0ce2934ec213	{"id": "01a202b0-77d9-709d-9e12-69bd70a7410d", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "D2S4WE6M4JG13CQ8", "payload": "V1D2S4WE6M4JG13CQ8", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4600, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4600, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-77fd-756c-a733-abe9eb741b23	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-77f8-76b0-b9c0-a86846a96b75	\\x474794419aa3ebb2f4b0ffdaea39f5e4da1bdd9d81e3e54a06615cb8d0900689	{"id": "01a202b0-77d9-709d-9e12-69bd70a7410d", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "D2S4WE6M4JG13CQ8", "payload": "V1D2S4WE6M4JG13CQ8", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4600, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4600, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-7812-7098-ad0c-cd46bb9e9484	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7805-701d-95de-d02b90af42b1	\\xcd1672782adc84507d8906525de924c27e6c39e38a31998e9b05c092e3435b03	{"id": "01a202b0-77d9-709d-9e12-69bd70a7410d", "copy": 0, "state": "ISSUED", "points": 100, "voucher": null, "spendable": 4600, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-782d-7257-a988-8a14372c94b9	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-781d-7094-bba3-f0925ffbbdd3	\\xc0a78c5be8ce4485b077f8b68ca86b3e0192eb566f5f39b4b805afc606ca63f8	{"id": "01a202b0-781d-7094-bba3-f0925ffbbdd3", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "B7GA2VJBR20EZN46", "payload": "V1B7GA2VJBR20EZN46", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4500, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4500, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-7954-73ae-a90e-925dff4b5412	test	01a202b0-7953-724f-bbe5-0b8e58ba97ac	\\x5f91f07c03c4cfabcf5b8a929cdb5d0f76598528d18af280f2f8945eaddd4d3a	{"lot": "01a202b0-7953-733d-8361-46122efea257", "points": 25, "pending": 0, "spendable": 505, "expires_at": null, "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-7836-7c7b-acc0-55015078e0cd	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7831-73da-9d38-edc7302aab12	\\x836d9f2b367c96c21fef193c354f5d6103aeb81e1f2949c9cd55d2f6849b381b	{"id": "01a202b0-781d-7094-bba3-f0925ffbbdd3", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "B7GA2VJBR20EZN46", "payload": "V1B7GA2VJBR20EZN46", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4500, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4500, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-783f-79e8-94b3-6d03d24ce05d	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7839-7468-a8b2-b397d4c6bd4f	\\x302e092d3b33ae8c52741ebfce573b1df2ee920209ef6417e0a2dd5dfb14710f	{"id": "01a202b0-781d-7094-bba3-f0925ffbbdd3", "copy": 0, "state": "ISSUED", "points": 100, "voucher": null, "spendable": 4500, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-7853-7169-b869-3b03c428a67f	01a202b0-7651-769e-b26e-bd1b20685973	01a202b0-7848-77b4-894f-96eaab2aa810	\\x1b44499f0130412259a307774a978e4fab3b07ef472948353836af02a917a05c	{"tail": "ZN46", "state": "USED", "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "usable": false, "used_at": "2026-11-19T03:55:00+00:00", "valid_to": "2026-12-19T15:59:59+00:00", "value_fen": 1500, "used_store": "S1", "used_receipt": "R1", "min_spend_fen": 0}	2026-11-19 03:55:00+00
01a202b0-786b-700e-98e1-795bbbffb949	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7854-7497-ba34-a4764693f80d	\\x68e9c63290a4038c1292ab0d699232a7f2506d5f4ffef7e33bc09aab25fcec71	{"id": "01a202b0-7854-7497-ba34-a4764693f80d", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "C0R4TMN0QJKWCQCX", "payload": "V1C0R4TMN0QJKWCQCX", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-11-22T15:59:59+00:00", "issued_at": "2026-10-23T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4400, "balance_as_of": "2026-10-23T03:55:00+00:00"}}, "spendable": 4400, "hold_expires_at": "2026-10-23T04:10:00+00:00"}	2026-10-23 03:55:00+00
01a202b0-787b-7cda-89bd-5bc7707da4aa	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7879-74cf-8c59-905c8eda21ff	\\x0f3060fa6c0675f12f7f39f5e2ac7a29e430df913fe55b39b46dcfb1028f6ab4	{"id": "01a202b0-7854-7497-ba34-a4764693f80d", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "C0R4TMN0QJKWCQCX", "payload": "V1C0R4TMN0QJKWCQCX", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-11-22T15:59:59+00:00", "issued_at": "2026-10-23T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4400, "balance_as_of": "2026-10-23T03:55:00+00:00"}}, "spendable": 4400, "hold_expires_at": null}	2026-10-23 03:55:00+00
01a202b0-7887-7343-86ad-7dc6d92fffa4	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7885-70ba-bb28-36d2742a652c	\\x87b614a274609ae2fbc98377be308c7c46e5397c1e822fee1d8fd1eb353f5320	{"id": "01a202b0-7854-7497-ba34-a4764693f80d", "copy": 0, "state": "ISSUED", "points": 100, "voucher": null, "spendable": 4400, "hold_expires_at": null}	2026-10-23 03:55:00+00
01a202b0-78ab-73bd-b56f-e5dbf2fbef27	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4	\\x27882249b8658d95fee3dc68337209d6006f91d819f05d26659072dfd0579d75	{"id": "01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "F87JBTPT9E8ZXZSF", "payload": "V1F87JBTPT9E8ZXZSF", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4300, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4300, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-78bb-7e6c-861a-e1ccc315ebdd	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-78b9-7503-98e9-1570360dbf1c	\\x587100222bf9c499c78098b10ad488628279064e25b625055e0a4fb11435981b	{"id": "01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "F87JBTPT9E8ZXZSF", "payload": "V1F87JBTPT9E8ZXZSF", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4300, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4300, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-78ca-7387-a386-09bd9d1e24c1	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-78c3-73f3-aae9-126ff82aac37	\\xa2aa7b1f57d6451b65047dd3b10137e70ecbabb4dbf3f882a64996f9be5ce685	{"id": "01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4", "copy": 0, "state": "ISSUED", "points": 100, "voucher": null, "spendable": 4300, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-78e4-7e55-bee6-9d57dcb6e994	staff:E0001	01a202b0-78dd-746d-abdb-1824cae9c5d0	\\xa192c84e077d04b31e6b82ca2482d3f3f5aea7b461a08b8fa789b84b2a1a501d	{"id": "01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4", "copy": 0, "state": "VOIDED", "points": 100, "voucher": null, "spendable": 4400, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-78fa-7b77-80b7-487c3f346d07	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-78f2-7030-9e45-3f2f3955793a	\\x2bcdd093e670f1c6db3f8367ac6978931894432f3dd266c2ffd8eebda70e09b7	{"id": "01a202b0-78f2-7030-9e45-3f2f3955793a", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "YR5BWSBSHNNYF0T2", "payload": "V1YR5BWSBSHNNYF0T2", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4300, "balance_as_of": "2026-11-19T03:55:00+00:00"}}, "spendable": 4300, "hold_expires_at": "2026-11-19T04:10:00+00:00"}	2026-11-19 03:55:00+00
01a202b0-7911-7490-a1b9-abe7338c38ea	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-790d-7123-aa32-652a7b992334	\\x106b2c78e44c7a0015be181fd115341ac5464973a7a41d05a8196338e8ac90a0	{"id": "01a202b0-78f2-7030-9e45-3f2f3955793a", "copy": 0, "state": "RELEASED", "points": 100, "voucher": null, "spendable": 4400, "hold_expires_at": null}	2026-11-19 03:55:00+00
01a202b0-792a-7928-b8b4-f76d174cc61f	test	01a202b0-7925-7092-8e48-c30720c57941	\\xd0c029d8a6705f68d0fa66e2b14f466533c29b8b1aec8a03591f7dc067d34791	{"lot": "01a202b0-7929-716a-9b96-6e27436ded64", "points": 300, "pending": 0, "spendable": 300, "expires_at": "2027-10-13T04:00:00+00:00", "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-793a-75b3-91c8-32b55f89956d	test	01a202b0-7935-721c-9cc9-9d3f6d0af3ab	\\xd7ea122a25518045e90a2f4ac8e93c93d765fc436b0af43b1658973cf627c7c6	{"lot": "01a202b0-7939-7095-9703-d85a38988afa", "points": 80, "pending": 0, "spendable": 380, "expires_at": "2026-10-23T04:00:00+00:00", "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-7946-79e7-8c7e-42ef2aa03914	test	01a202b0-7945-72a4-98e5-3877b0fd2a1d	\\x9b016a888a3cebcac33d8f629cfa0a937b5af7c168e77d1c7558286ca8cb4fa6	{"lot": "01a202b0-7945-7019-b556-25911878cc80", "points": 60, "pending": 0, "spendable": 440, "expires_at": "2026-11-27T04:00:00+00:00", "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-794e-7c32-b3be-b5369623ed32	test	01a202b0-7949-77ad-87d8-551bb28c1ecf	\\x84fb414a19eb2f454c2fe5c9387e35037c2377af472431439bf75717f2bbb94e	{"lot": "01a202b0-794d-7067-a3cf-8f96a73e2ccc", "points": 40, "pending": 0, "spendable": 480, "expires_at": "2027-05-01T04:00:00+00:00", "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-795e-75ce-bb79-103413ff8f34	test	01a202b0-795c-7077-912f-e051473e1b41	\\x8f3b052d7638253a6e0b7be8aa494f7769461802c58bbdb6c59d5bacdcde9349	{"lot": "01a202b0-795d-7782-8ca2-c5a8095d91b4", "points": 55, "pending": 55, "spendable": 505, "expires_at": "2027-11-24T04:00:00+00:00", "settled_debt": 0}	2026-10-13 04:00:00+00
01a202b0-798b-7b65-9a85-92724fec05a1	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7981-77d2-8c88-8257543514ad	\\xe65ec04afe090cf41bb71e0ac6363c31f08c6a4e065ced804407752dd91e1332	{"id": "01a202b0-7981-77d2-8c88-8257543514ad", "copy": 0, "state": "RESERVED", "points": 120, "voucher": {"code": "JE923P1J68E3D02A", "payload": "V1JE923P1J68E3D02A", "print_fields": {"points": 120, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 2500, "conditions": [], "member_tail": "7615", "balance_after": 305, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 305, "hold_expires_at": "2026-11-22T02:15:00+00:00"}	2026-11-22 02:00:00+00
01a202b0-7998-7364-ac35-4fd97715c22e	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7996-7507-b639-b998e2794ba7	\\x321968b0bc659bbd936b4e778b5383742337d71e0a1cd05901c69e378bc5c9c2	{"id": "01a202b0-7981-77d2-8c88-8257543514ad", "copy": 0, "state": "PRINTING", "points": 120, "voucher": {"code": "JE923P1J68E3D02A", "payload": "V1JE923P1J68E3D02A", "print_fields": {"points": 120, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 2500, "conditions": [], "member_tail": "7615", "balance_after": 305, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 305, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-79af-70df-aee2-90bd31d9384a	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-79a9-703f-8f8a-27af28071b43	\\xb744c584aab05a9ec6621fe6a467b4e7001b5f3cf260ad67dc54e54504e2a5b0	{"id": "01a202b0-7981-77d2-8c88-8257543514ad", "copy": 0, "state": "ISSUED", "points": 120, "voucher": null, "spendable": 305, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-79c6-7338-b53a-754658192742	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-79b5-70e6-838c-b403e59e43e2	\\xec06d17c60be802d5be8d9e670d66ce1b13256e2b1da95b1d187aa5b24f01685	{"id": "01a202b0-79b5-70e6-838c-b403e59e43e2", "copy": 0, "state": "RESERVED", "points": 120, "voucher": {"code": "QBK037XT9CGHKNY1", "payload": "V1QBK037XT9CGHKNY1", "print_fields": {"points": 120, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 2500, "conditions": [], "member_tail": "7615", "balance_after": 185, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 185, "hold_expires_at": "2026-11-22T02:15:00+00:00"}	2026-11-22 02:00:00+00
01a202b0-79d6-7846-afd8-3d84df88b11b	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-79d5-759e-8c01-3fe7ab440128	\\x582a3a71f1073403222a0bce6ed4961dbccf23715afc8452135e050c6792e80b	{"id": "01a202b0-79b5-70e6-838c-b403e59e43e2", "copy": 0, "state": "PRINTING", "points": 120, "voucher": {"code": "QBK037XT9CGHKNY1", "payload": "V1QBK037XT9CGHKNY1", "print_fields": {"points": 120, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 2500, "conditions": [], "member_tail": "7615", "balance_after": 185, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 185, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-79e3-7320-b28e-15a9d96360f5	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-79e1-7667-b568-056c8b6066cf	\\xca21011bf5904de5b25784d7e13ab898b62372b5fd2409b9dbf15f7fc8148a77	{"id": "01a202b0-79b5-70e6-838c-b403e59e43e2", "copy": 0, "state": "ISSUED", "points": 120, "voucher": null, "spendable": 185, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-79fa-7d86-b304-8616a80765ae	test	01a202b0-79f9-737c-b3f2-9a267bb37baf	\\x487927f20d3d961a12968a6e222b7f1f3f3daab29c8b3c6e75f5a0ed4c3bac61	{"lot": "01a202b0-79fa-71fa-91fa-b569733301d5", "points": 50, "pending": 0, "spendable": 50, "expires_at": "2027-11-22T02:00:00+00:00", "settled_debt": 0}	2026-11-22 02:00:00+00
01a202b0-7a03-7165-8778-bc7dd6a0cea1	t	c	\\xda5efea484605acd2afbe385a47171ee093056140019a504cc731362537d48a0	{"points": 60, "to_debt": 10, "from_lots": 50, "spendable": 0}	2026-11-22 02:00:00+00
01a202b0-7a19-7a46-83e1-5b4372c1da8a	test	01a202b0-7a18-70c3-9b77-addca272a398	\\x71ad35cc7d262eda67fe51ab057e138c9b3440316f0ebe8ad01d1d72d353c4c9	{"lot": "01a202b0-7a18-75c9-9970-c5b1578fe650", "points": 400, "pending": 0, "spendable": 400, "expires_at": "2027-11-22T02:00:00+00:00", "settled_debt": 0}	2026-11-22 02:00:00+00
01a202b0-7a32-71d0-bc5a-0c85ab981b6f	test	01a202b0-7a31-7554-8ff2-f9a3dbb07305	\\x2ad226f1b051502889cc4860dec270bf94a5e42e42893d8eca09d4ce2a902b42	{"lot": "01a202b0-7a32-7116-b686-7a034f2779e4", "points": 2000, "pending": 0, "spendable": 2000, "expires_at": "2027-11-22T02:00:00+00:00", "settled_debt": 0}	2026-11-22 02:00:00+00
01a202b0-7a44-793f-95c8-a8dcfeb9ec41	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a39-769a-aff4-1e16fe2196df	\\x349eea4362c521c8fdfaa9431e366750e884900c3fc7b5602ab474a8aa7b464c	{"id": "01a202b0-7a39-769a-aff4-1e16fe2196df", "copy": 0, "state": "RESERVED", "points": 70, "voucher": {"code": "NYWEQ7J5EE2WW523", "payload": "V1NYWEQ7J5EE2WW523", "print_fields": {"points": 70, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2027-02-20T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1930, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 1930, "hold_expires_at": "2026-11-22T02:15:00+00:00"}	2026-11-22 02:00:00+00
01a202b0-7a51-7ef4-871c-f99179f1b9f5	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a4f-750a-b37c-c1914339dea9	\\x38c6bd49d599ffd047f1c4b41ea43623639952850e9e71150119a672715f1421	{"id": "01a202b0-7a39-769a-aff4-1e16fe2196df", "copy": 0, "state": "PRINTING", "points": 70, "voucher": {"code": "NYWEQ7J5EE2WW523", "payload": "V1NYWEQ7J5EE2WW523", "print_fields": {"points": 70, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2027-02-20T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1930, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 1930, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-7a5f-7eb1-b83c-a8845b1e0d84	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a5d-7722-888e-31513ba7a7dd	\\xb2ed4c7eda4326a6f3d42edeeb38b7fb8aa8477c292edca620745a4aeee4b574	{"id": "01a202b0-7a39-769a-aff4-1e16fe2196df", "copy": 0, "state": "ISSUED", "points": 70, "voucher": null, "spendable": 1930, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-7a6e-7519-98b5-470db57e2fce	01a202b0-7651-769e-b26e-bd1b20685973	u1	\\x39d64482c13e0fddd16dd5464cf0f7f37eaf3b3169a1cccc67a534fd6ed62eec	{"tail": "W523", "state": "USED", "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "usable": false, "used_at": "2026-11-22T02:00:00+00:00", "valid_to": "2027-02-20T15:59:59+00:00", "value_fen": 1500, "used_store": "S1", "used_receipt": "R7", "min_spend_fen": 3000}	2026-11-22 02:00:00+00
01a202b0-7a7a-70fa-8d35-5296f69ac66f	01a202b0-7651-769e-b26e-bd1b20685973	r1	\\xc5150efe4d2b8afbaec90540c2b7f18b75907ed7bf3258564159da26456227c9	{"tail": "W523", "state": "ISSUED", "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "usable": true, "used_at": null, "valid_to": "2027-02-20T15:59:59+00:00", "value_fen": 1500, "used_store": null, "used_receipt": null, "min_spend_fen": 3000}	2026-11-22 02:00:00+00
01a202b0-7a82-7da7-b4ff-ab6276d19730	01a202b0-7651-769e-b26e-bd1b20685973	u2	\\x0ec8f516d1640997dc66dc4a90b600a549682df739c80bfb8c611c50128a0f08	{"tail": "W523", "state": "USED", "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "usable": false, "used_at": "2026-11-22T02:00:00+00:00", "valid_to": "2027-02-20T15:59:59+00:00", "value_fen": 1500, "used_store": "S1", "used_receipt": "R8", "min_spend_fen": 3000}	2026-11-22 02:00:00+00
01a202b0-7a94-7cda-943c-dea359da46fd	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a89-702f-82e9-a62aa7c23e70	\\xc8caf5d8b2446f06ef2c7f03faa77fb1cb449e2fc0f013d83b5855931c2fd681	{"id": "01a202b0-7a89-702f-82e9-a62aa7c23e70", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "MV8TTN47QWA1SXPT", "payload": "V1MV8TTN47QWA1SXPT", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1830, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 1830, "hold_expires_at": "2026-11-22T02:15:00+00:00"}	2026-11-22 02:00:00+00
01a202b0-7aa3-76ca-8b50-82447a27738a	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7aa1-766f-a534-cf99d1e197c3	\\x76e4c87c7d4675c46e5024b1471d806b4dab4468e2473a2cc7163ba331007b41	{"id": "01a202b0-7a89-702f-82e9-a62aa7c23e70", "copy": 0, "state": "PRINTING", "points": 100, "voucher": {"code": "MV8TTN47QWA1SXPT", "payload": "V1MV8TTN47QWA1SXPT", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1830, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 1830, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-7aaf-7d36-b0fd-5cc724499aeb	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7aad-744f-8b50-258bdb89a140	\\x2a41a36d923431b84482ad34d81d2f4c308293f577f12b6b31303081e5350942	{"id": "01a202b0-7a89-702f-82e9-a62aa7c23e70", "copy": 0, "state": "UNCERTAIN", "points": 100, "voucher": {"code": "MV8TTN47QWA1SXPT", "payload": "V1MV8TTN47QWA1SXPT", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1830, "balance_as_of": "2026-11-22T02:00:00+00:00"}}, "spendable": 1830, "hold_expires_at": null}	2026-11-22 02:00:00+00
01a202b0-7ac2-73ac-926a-3c8c467496b4	01a202b0-7651-769e-b26e-bd19c2ebf4e9	p1	\\x509d3f8169d6b61c51db140645d9770a94f240aee33dcd5946db90de038c65a9	{"copy": 1, "voucher": {"code": "MV8TTN47QWA1SXPT", "payload": "V1MV8TTN47QWA1SXPT", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1830, "balance_as_of": "2026-11-22T02:00:00+00:00"}}}	2026-11-22 02:00:00+00
01a202b0-7ad3-771e-9c2b-801e62b8933a	test	01a202b0-7ad2-7536-93c0-9e6508bcfcea	\\x15288bb4333c9ffbaa1db11be6996d31d95edf3ac7894f9a03c9a5f1216fd556	{"lot": "01a202b0-7ad3-7d2e-9335-af53379bd814", "points": 100, "pending": 0, "spendable": 100, "expires_at": "2026-11-22T04:02:00+00:00", "settled_debt": 0}	2026-11-22 03:55:00+00
01a202b0-7af0-74c0-9708-7e5d5ecef941	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7ae0-728c-9643-83ff54f299c4	\\xa26a528d6042581ceec7a4eb0b826bdf06aae56773cfd31db5fbc716dd8977ff	{"id": "01a202b0-7ae0-728c-9643-83ff54f299c4", "copy": 0, "state": "RESERVED", "points": 100, "voucher": {"code": "NW405WC4Q945VTDK", "payload": "V1NW405WC4Q945VTDK", "print_fields": {"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0363", "balance_after": 0, "balance_as_of": "2026-11-22T03:55:00+00:00"}}, "spendable": 0, "hold_expires_at": "2026-11-22T04:10:00+00:00"}	2026-11-22 03:55:00+00
01a202b0-7b02-7500-96be-c149e54d0454	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7b01-7460-913b-ab19dec4b966	\\x049f0ffa864208ad8f860b25b5dd1aa50d238670dc019405ddf0347e2e811530	{"id": "01a202b0-7b01-7460-913b-ab1839f5a314", "state": "RELEASED", "points": 0}	2026-11-22 03:55:00+00
\.
COPY public.journal (id, kind, at, redemption, reason, operator, member_id, reverses_id, lot_id) FROM stdin;
01a202b0-7712-7fc4-984c-eb4e29f389c1	award	2026-10-13 04:00:00+00	\N			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	01a202b0-7703-7b7e-b4aa-65d822fac77d
01a202b0-774d-7694-9c09-e144e586c3ae	reserve	2026-11-19 03:55:00+00	01a202b0-7729-7512-8584-741d7a3b583e			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-7774-7880-8a54-e1acd3e3ee1d	reserve	2026-11-19 03:55:00+00	01a202b0-7769-7052-abe6-5c470bc21c47			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-77a3-7fa3-bbc0-fe501c509df3	reserve	2026-11-19 03:55:00+00	01a202b0-7792-714f-83f2-c90ff966db03			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-77e8-76ce-883d-bbeb25b825f4	reserve	2026-11-19 03:55:00+00	01a202b0-77d9-709d-9e12-69bd70a7410d			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-7808-7597-943e-7939f351266d	capture	2026-11-19 03:55:00+00	01a202b0-77d9-709d-9e12-69bd70a7410d			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-7824-7705-b5d9-7543ec3fe827	reserve	2026-11-19 03:55:00+00	01a202b0-781d-7094-bba3-f0925ffbbdd3			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-783d-7492-a859-e037578a7c47	capture	2026-11-19 03:55:00+00	01a202b0-781d-7094-bba3-f0925ffbbdd3			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-786a-7bd5-8f91-9f22ac7f39a1	reserve	2026-10-23 03:55:00+00	01a202b0-7854-7497-ba34-a4764693f80d			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-7886-7776-b0ba-d9c5c8ad4481	capture	2026-10-23 03:55:00+00	01a202b0-7854-7497-ba34-a4764693f80d			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-78aa-74ea-b8c9-2a9ce85ff6c9	reserve	2026-11-19 03:55:00+00	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-78c5-72ad-99ea-a0b41ece38b4	capture	2026-11-19 03:55:00+00	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-78e2-781c-a25b-2aed69c01d66	void	2026-11-19 03:55:00+00	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4	test	E0001	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-78c5-72ad-99ea-a0b41ece38b4	\N
01a202b0-78f9-7b18-ab15-3ec2bfdea61b	reserve	2026-11-19 03:55:00+00	01a202b0-78f2-7030-9e45-3f2f3955793a			01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-790f-795d-a8b7-6477547c5d69	release	2026-11-19 03:55:00+00	01a202b0-78f2-7030-9e45-3f2f3955793a	cancelled		01a202b0-76f1-7075-bb5d-0006de4a3195	\N	\N
01a202b0-7929-74d5-a46e-4e91572dc3b6	award	2026-10-13 04:00:00+00	\N			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-7929-716a-9b96-6e27436ded64
01a202b0-7939-7f36-b1e5-41ab205be3fa	award	2026-10-13 04:00:00+00	\N	S1:1:R10		01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-7939-7095-9703-d85a38988afa
01a202b0-7946-793c-a8f5-c37a9c1127b3	award	2026-10-13 04:00:00+00	\N	S1:1:R45		01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-7945-7019-b556-25911878cc80
01a202b0-794e-7e5b-9c7b-34fc4b169353	award	2026-10-13 04:00:00+00	\N	S1:1:R200		01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-794d-7067-a3cf-8f96a73e2ccc
01a202b0-7954-77fb-9daa-2839b03b50bf	award	2026-10-13 04:00:00+00	\N			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-7953-733d-8361-46122efea257
01a202b0-795d-7a5f-bdab-281829470a93	award	2026-10-13 04:00:00+00	\N			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-795d-7782-8ca2-c5a8095d91b4
01a202b0-797a-7405-a0a2-81e52558dad1	expire	2026-11-02 04:00:00+00	\N			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	01a202b0-7939-7095-9703-d85a38988afa
01a202b0-798a-7e60-9df6-0e3c419a36fa	reserve	2026-11-22 02:00:00+00	01a202b0-7981-77d2-8c88-8257543514ad			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	\N
01a202b0-79ae-7ffb-80fe-23f5fada0ae4	capture	2026-11-22 02:00:00+00	01a202b0-7981-77d2-8c88-8257543514ad			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	\N
01a202b0-79c5-73bd-8247-d10e2cfb6056	reserve	2026-11-22 02:00:00+00	01a202b0-79b5-70e6-838c-b403e59e43e2			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	\N
01a202b0-79e2-7b9b-87c4-e74dd76795b5	capture	2026-11-22 02:00:00+00	01a202b0-79b5-70e6-838c-b403e59e43e2			01a202b0-791d-7307-9fa9-c60d19160e7f	\N	\N
01a202b0-79fa-7e86-9aaa-0eecc46cb9cc	award	2026-11-22 02:00:00+00	\N			01a202b0-79f1-77cd-9c76-38d8a08175de	\N	01a202b0-79fa-71fa-91fa-b569733301d5
01a202b0-7a02-78c7-ba9c-551b77744555	clawback	2026-11-22 02:00:00+00	\N	returned		01a202b0-79f1-77cd-9c76-38d8a08175de	\N	\N
01a202b0-7a19-7290-aa2f-0182da4a93bc	award	2026-11-22 02:00:00+00	\N			01a202b0-7a11-7291-a0b3-50d4a2a574ea	\N	01a202b0-7a18-75c9-9970-c5b1578fe650
01a202b0-7a32-7c30-8daa-aa0117f2be4c	award	2026-11-22 02:00:00+00	\N			01a202b0-7a23-743c-81a2-7e9e2092a235	\N	01a202b0-7a32-7116-b686-7a034f2779e4
01a202b0-7a43-79b9-bee6-f163e76a7856	reserve	2026-11-22 02:00:00+00	01a202b0-7a39-769a-aff4-1e16fe2196df			01a202b0-7a23-743c-81a2-7e9e2092a235	\N	\N
01a202b0-7a5e-7ae1-9bea-17abdbf947de	capture	2026-11-22 02:00:00+00	01a202b0-7a39-769a-aff4-1e16fe2196df			01a202b0-7a23-743c-81a2-7e9e2092a235	\N	\N
01a202b0-7a93-7945-b837-956fc8e115c0	reserve	2026-11-22 02:00:00+00	01a202b0-7a89-702f-82e9-a62aa7c23e70			01a202b0-7a23-743c-81a2-7e9e2092a235	\N	\N
01a202b0-7ad3-7d3f-bb6a-3926988737bb	award	2026-11-22 03:55:00+00	\N			01a202b0-7acc-71da-a116-55bb4236e19b	\N	01a202b0-7ad3-7d2e-9335-af53379bd814
01a202b0-7aef-7e26-9a20-3951390c9162	reserve	2026-11-22 03:55:00+00	01a202b0-7ae0-728c-9643-83ff54f299c4			01a202b0-7acc-71da-a116-55bb4236e19b	\N	\N
\.
COPY public.limit_counter (id, period, starts_on, used, member_id, reward_id) FROM stdin;
01a202b0-774b-79e6-be2e-dfd22e78b00b	ever	1970-01-01	6	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-76bd-71b9-bec9-56a4daf4e485
01a202b0-798a-79e3-baf9-841f5312c2a8	day	2026-11-22	2	01a202b0-791d-7307-9fa9-c60d19160e7f	01a202b0-76cf-7312-9157-355e58d165bb
01a202b0-798a-7e60-9de4-6b7bd4159d7c	month	2026-11-01	2	01a202b0-791d-7307-9fa9-c60d19160e7f	01a202b0-76cf-7312-9157-355e58d165bb
01a202b0-7a92-7fda-9acd-011f3044a0d8	ever	1970-01-01	1	01a202b0-7a23-743c-81a2-7e9e2092a235	01a202b0-76bd-71b9-bec9-56a4daf4e485
01a202b0-7aef-7c29-b6a0-c4f5a2d73a43	ever	1970-01-01	1	01a202b0-7acc-71da-a116-55bb4236e19b	01a202b0-76bd-71b9-bec9-56a4daf4e485
\.
COPY public.lot (id, source, reference, state, granted, remaining, held, redeemed, expired, clawed, forfeited, merged_out, settled_debt, available_at, expires_at, created_at, member_id, type) FROM stdin;
01a202b0-7703-7b7e-b4aa-65d822fac77d	sale		active	5000	4700	300	300	0	0	0	0	0	2026-10-13 04:00:00+00	\N	2026-10-13 04:00:00+00	01a202b0-76f1-7075-bb5d-0006de4a3195	forever
01a202b0-7953-733d-8361-46122efea257	bonus		active	25	25	0	0	0	0	0	0	0	2026-10-13 04:00:00+00	\N	2026-10-13 04:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f	forever
01a202b0-795d-7782-8ca2-c5a8095d91b4	sale		pending	55	55	0	0	0	0	0	0	0	2026-11-24 04:00:00+00	2027-11-24 04:00:00+00	2026-10-13 04:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f	base
01a202b0-7939-7095-9703-d85a38988afa	sale	S1:1:R10	active	80	0	0	0	80	0	0	0	0	2026-10-13 04:00:00+00	2026-10-23 04:00:00+00	2026-10-13 04:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f	base
01a202b0-7945-7019-b556-25911878cc80	sale	S1:1:R45	active	60	0	0	60	0	0	0	0	0	2026-10-13 04:00:00+00	2026-11-27 04:00:00+00	2026-10-13 04:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f	base
01a202b0-794d-7067-a3cf-8f96a73e2ccc	sale	S1:1:R200	active	40	0	0	40	0	0	0	0	0	2026-10-13 04:00:00+00	2027-05-01 04:00:00+00	2026-10-13 04:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f	base
01a202b0-7929-716a-9b96-6e27436ded64	sale		active	300	160	0	140	0	0	0	0	0	2026-10-13 04:00:00+00	2027-10-13 04:00:00+00	2026-10-13 04:00:00+00	01a202b0-791d-7307-9fa9-c60d19160e7f	base
01a202b0-79fa-71fa-91fa-b569733301d5	sale		active	50	0	0	0	0	50	0	0	0	2026-11-22 02:00:00+00	2027-11-22 02:00:00+00	2026-11-22 02:00:00+00	01a202b0-79f1-77cd-9c76-38d8a08175de	base
01a202b0-7a18-75c9-9970-c5b1578fe650	sale		active	400	400	0	0	0	0	0	0	0	2026-11-22 02:00:00+00	2027-11-22 02:00:00+00	2026-11-22 02:00:00+00	01a202b0-7a11-7291-a0b3-50d4a2a574ea	base
01a202b0-7a32-7116-b686-7a034f2779e4	sale		active	2000	1930	100	70	0	0	0	0	0	2026-11-22 02:00:00+00	2027-11-22 02:00:00+00	2026-11-22 02:00:00+00	01a202b0-7a23-743c-81a2-7e9e2092a235	base
01a202b0-7ad3-7d2e-9335-af53379bd814	sale		active	100	100	100	0	0	0	0	0	0	2026-11-22 03:55:00+00	2026-11-22 04:02:00+00	2026-11-22 03:55:00+00	01a202b0-7acc-71da-a116-55bb4236e19b	base
\.
COPY public.member (id, number, display, status, facts_version, joined_at, merged_into_id, tier_id) FROM stdin;
01a202b0-76f1-7075-bb5d-0006de4a3195	6187480469	张*明	active	1	2026-11-22 09:57:28.945756+00	\N	plain
01a202b0-791d-7307-9fa9-c60d19160e7f	3435647615	张*明	active	1	2026-11-22 09:57:29.502096+00	\N	gold
01a202b0-79f1-77cd-9c76-38d8a08175de	9118584286	张*明	active	1	2026-11-22 09:57:29.713359+00	\N	plain
01a202b0-7a11-7291-a0b3-50d4a2a574ea	2776189162	张*明	frozen	1	2026-11-22 09:57:29.745334+00	\N	plain
01a202b0-7a23-743c-81a2-7e9e2092a235	5543965237	张*明	active	1	2026-11-22 09:57:29.763725+00	\N	plain
01a202b0-7acc-71da-a116-55bb4236e19b	0858750363	张*明	active	1	2026-11-22 09:57:29.93248+00	\N	plain
\.
COPY public.member_card (card_ref, version, created_at, member_id) FROM stdin;
\\xacc4a367262dacf0	1	2026-11-22 09:57:29.99562+00	01a202b0-791d-7307-9fa9-c60d19160e7f
\.
COPY public.member_ref (ref, created_at, retired_at, member_id) FROM stdin;
\\x19f2142be00f	2026-11-22 09:57:30.009296+00	\N	01a202b0-791d-7307-9fa9-c60d19160e7f
\.
COPY public.member_session (id, read_only, created_at, expires_at, device_id, member_id) FROM stdin;
01a202b0-7729-7512-8584-741e46b2fbf5	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7769-7052-abe6-5c48cc56cef2	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7792-714f-83f2-c91047fe5c2c	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77d9-709d-9e12-69be214f54b0	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-781d-7094-bba3-f0930b1988ec	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7854-7497-ba34-a477ee35de81	f	2026-10-23 03:55:00+00	2026-10-23 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78a1-76c9-86ac-f6ec96b90272	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78f2-7030-9e45-3f3082bf9e6a	f	2026-11-19 03:55:00+00	2026-11-19 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7981-77d2-8c88-82582b90c66c	f	2026-11-22 02:00:00+00	2026-11-22 02:20:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79b5-70e6-838c-b404e44ebd8a	f	2026-11-22 02:00:00+00	2026-11-22 02:20:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-7a39-769a-aff4-1e1741cd414e	f	2026-11-22 02:00:00+00	2026-11-22 02:20:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a89-702f-82e9-a62bd35b5352	f	2026-11-22 02:00:00+00	2026-11-22 02:20:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7ab5-7705-afea-63ea4aff55c9	f	2026-11-22 02:00:00+00	2026-11-22 02:20:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7ae0-728c-9643-8400fce1f098	f	2026-11-22 03:55:00+00	2026-11-22 04:15:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7acc-71da-a116-55bb4236e19b
\.
COPY public.point_type (code, name, expiry_months, pending_days, qualifying) FROM stdin;
base	{"en": "积分", "zh-Hans": "积分", "zh-Hant": "积分"}	12	0	t
forever	{"en": "积分", "zh-Hans": "积分", "zh-Hant": "积分"}	\N	0	t
\.
COPY public.posting (id, account, detail, points, journal_id, member_id) FROM stdin;
01a202b0-7713-77a7-8074-597ba8a9e6c0	issued	sale	-5000	01a202b0-7712-7fc4-984c-eb4e29f389c1	\N
01a202b0-7714-7616-9a69-eed28c76daf9	available		5000	01a202b0-7712-7fc4-984c-eb4e29f389c1	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7759-7db7-a705-26820ce16948	available		-100	01a202b0-774d-7694-9c09-e144e586c3ae	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7759-71c5-8e29-9f22427dfc59	held		100	01a202b0-774d-7694-9c09-e144e586c3ae	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7774-7916-9ed1-d6aeb607116c	available		-100	01a202b0-7774-7880-8a54-e1acd3e3ee1d	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7774-7ef2-bed1-cff9ab85d9eb	held		100	01a202b0-7774-7880-8a54-e1acd3e3ee1d	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77a3-7479-bc2d-b43fd93f3ee3	available		-100	01a202b0-77a3-7fa3-bbc0-fe501c509df3	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77a3-7412-b1b9-d5143c2fbee5	held		100	01a202b0-77a3-7fa3-bbc0-fe501c509df3	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77e8-72f6-bd24-1bcf7f0bd3bc	available		-100	01a202b0-77e8-76ce-883d-bbeb25b825f4	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-77e8-7ce8-99f1-8091cc46e1af	held		100	01a202b0-77e8-76ce-883d-bbeb25b825f4	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7808-7a48-be2b-c2655f9ba744	held		-100	01a202b0-7808-7597-943e-7939f351266d	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7808-785d-84a5-38149cf4228e	redeemed	goods	100	01a202b0-7808-7597-943e-7939f351266d	\N
01a202b0-7824-7526-94e1-e23820028018	available		-100	01a202b0-7824-7705-b5d9-7543ec3fe827	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7824-7bec-bc63-b229ec92a212	held		100	01a202b0-7824-7705-b5d9-7543ec3fe827	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-783e-7515-9bed-04dcbd19f015	held		-100	01a202b0-783d-7492-a859-e037578a7c47	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-783e-7829-8507-9b2db31939f4	redeemed	goods	100	01a202b0-783d-7492-a859-e037578a7c47	\N
01a202b0-786a-7771-8113-121bbf426559	available		-100	01a202b0-786a-7bd5-8f91-9f22ac7f39a1	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-786a-76c4-970b-8f84e1e06729	held		100	01a202b0-786a-7bd5-8f91-9f22ac7f39a1	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7886-789f-9aaf-38419aedb49d	held		-100	01a202b0-7886-7776-b0ba-d9c5c8ad4481	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7886-7bcb-a696-cdde7ce88eaa	redeemed	goods	100	01a202b0-7886-7776-b0ba-d9c5c8ad4481	\N
01a202b0-78aa-7149-b7c2-f0ea59bccab3	available		-100	01a202b0-78aa-74ea-b8c9-2a9ce85ff6c9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78ab-77f2-8169-49d642306768	held		100	01a202b0-78aa-74ea-b8c9-2a9ce85ff6c9	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78c5-791b-8dcb-57d85af206c7	held		-100	01a202b0-78c5-72ad-99ea-a0b41ece38b4	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78c5-71fc-b4a7-37ffd089551e	redeemed	goods	100	01a202b0-78c5-72ad-99ea-a0b41ece38b4	\N
01a202b0-78e2-7684-b907-3adaad3a96cc	redeemed	goods	-100	01a202b0-78e2-781c-a25b-2aed69c01d66	\N
01a202b0-78e3-750a-a5f0-e1a98581c24b	available		100	01a202b0-78e2-781c-a25b-2aed69c01d66	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78f9-77a0-a42c-449a817adf1d	available		-100	01a202b0-78f9-7b18-ab15-3ec2bfdea61b	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-78f9-73de-99c9-14a662a7fb8b	held		100	01a202b0-78f9-7b18-ab15-3ec2bfdea61b	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7910-7711-ab8f-d0ddfb148544	held		-100	01a202b0-790f-795d-a8b7-6477547c5d69	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7910-7940-933f-3ab73bd67052	available		100	01a202b0-790f-795d-a8b7-6477547c5d69	01a202b0-76f1-7075-bb5d-0006de4a3195
01a202b0-7929-75fb-adda-5ff828c71ba0	issued	sale	-300	01a202b0-7929-74d5-a46e-4e91572dc3b6	\N
01a202b0-7929-7c8f-b335-2ea9992674ac	available		300	01a202b0-7929-74d5-a46e-4e91572dc3b6	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-793a-713e-9cd6-490f68938e2b	issued	sale	-80	01a202b0-7939-7f36-b1e5-41ab205be3fa	\N
01a202b0-793a-7581-82d4-c886fd88ade5	available		80	01a202b0-7939-7f36-b1e5-41ab205be3fa	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-7946-7767-b3e1-83706e3009a2	issued	sale	-60	01a202b0-7946-793c-a8f5-c37a9c1127b3	\N
01a202b0-7946-7834-bc3d-7384d4052e74	available		60	01a202b0-7946-793c-a8f5-c37a9c1127b3	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-794e-7ed9-a986-654bcc3b8c78	issued	sale	-40	01a202b0-794e-7e5b-9c7b-34fc4b169353	\N
01a202b0-794e-7467-bd71-6d4b258e93fe	available		40	01a202b0-794e-7e5b-9c7b-34fc4b169353	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-7954-7763-bcb3-46fb20d78d11	issued	bonus	-25	01a202b0-7954-77fb-9daa-2839b03b50bf	\N
01a202b0-7954-7253-aab7-2e30589b1f7a	available		25	01a202b0-7954-77fb-9daa-2839b03b50bf	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-795d-7742-a325-df59f09ec330	issued	sale	-55	01a202b0-795d-7a5f-bdab-281829470a93	\N
01a202b0-795e-773d-aa83-8b2ef9f7321f	pending		55	01a202b0-795d-7a5f-bdab-281829470a93	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-797a-7c13-854c-0dc3a3a5fd4a	available		-80	01a202b0-797a-7405-a0a2-81e52558dad1	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-797a-78bf-9c26-8ecca97e48d9	expired		80	01a202b0-797a-7405-a0a2-81e52558dad1	\N
01a202b0-798a-778f-9711-96e2ea77a746	available		-120	01a202b0-798a-7e60-9df6-0e3c419a36fa	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-798a-7fb9-a9f4-aeedd019e12f	held		120	01a202b0-798a-7e60-9df6-0e3c419a36fa	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79ae-7a00-8ac6-c227a1e6e24e	held		-120	01a202b0-79ae-7ffb-80fe-23f5fada0ae4	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79ae-7971-af69-09966a870353	redeemed	goods	120	01a202b0-79ae-7ffb-80fe-23f5fada0ae4	\N
01a202b0-79c5-7a81-9583-83821846bf19	available		-120	01a202b0-79c5-73bd-8247-d10e2cfb6056	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79c5-7963-98bb-6930b0d77ad5	held		120	01a202b0-79c5-73bd-8247-d10e2cfb6056	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79e2-7cef-820f-ee85cf7d4544	held		-120	01a202b0-79e2-7b9b-87c4-e74dd76795b5	01a202b0-791d-7307-9fa9-c60d19160e7f
01a202b0-79e2-770c-a9e1-f02277e39408	redeemed	goods	120	01a202b0-79e2-7b9b-87c4-e74dd76795b5	\N
01a202b0-79fa-7daf-ab3d-6d1cfa1aa819	issued	sale	-50	01a202b0-79fa-7e86-9aaa-0eecc46cb9cc	\N
01a202b0-79fa-710d-986e-275f16605e08	available		50	01a202b0-79fa-7e86-9aaa-0eecc46cb9cc	01a202b0-79f1-77cd-9c76-38d8a08175de
01a202b0-7a02-7c13-87c7-4553dc500925	available		-50	01a202b0-7a02-78c7-ba9c-551b77744555	01a202b0-79f1-77cd-9c76-38d8a08175de
01a202b0-7a02-7a46-9b5b-f410aabdf818	debt		-10	01a202b0-7a02-78c7-ba9c-551b77744555	01a202b0-79f1-77cd-9c76-38d8a08175de
01a202b0-7a02-7c47-8ae9-83c4eb7c5aa9	clawed_back		60	01a202b0-7a02-78c7-ba9c-551b77744555	\N
01a202b0-7a19-752b-9a83-bbf576b82566	issued	sale	-400	01a202b0-7a19-7290-aa2f-0182da4a93bc	\N
01a202b0-7a19-7006-8de6-eb68f2f9ee73	available		400	01a202b0-7a19-7290-aa2f-0182da4a93bc	01a202b0-7a11-7291-a0b3-50d4a2a574ea
01a202b0-7a32-7420-a7b0-1f6bdf83688e	issued	sale	-2000	01a202b0-7a32-7c30-8daa-aa0117f2be4c	\N
01a202b0-7a32-7346-8fbe-224622496625	available		2000	01a202b0-7a32-7c30-8daa-aa0117f2be4c	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a43-76dc-a8dd-56e41aead347	available		-70	01a202b0-7a43-79b9-bee6-f163e76a7856	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a43-7dde-ba9a-4d66d2fcb09d	held		70	01a202b0-7a43-79b9-bee6-f163e76a7856	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a5e-786f-b57f-e08a181a6b35	held		-70	01a202b0-7a5e-7ae1-9bea-17abdbf947de	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a5e-7e2c-abe1-2f4a4d1bff1a	redeemed	goods	70	01a202b0-7a5e-7ae1-9bea-17abdbf947de	\N
01a202b0-7a93-792a-bc19-904a36ebd606	available		-100	01a202b0-7a93-7945-b837-956fc8e115c0	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7a93-70b0-b799-c70a98d655c1	held		100	01a202b0-7a93-7945-b837-956fc8e115c0	01a202b0-7a23-743c-81a2-7e9e2092a235
01a202b0-7ad3-7240-819b-fed818b8fa19	issued	sale	-100	01a202b0-7ad3-7d3f-bb6a-3926988737bb	\N
01a202b0-7ad3-72d5-971b-628d5a85da30	available		100	01a202b0-7ad3-7d3f-bb6a-3926988737bb	01a202b0-7acc-71da-a116-55bb4236e19b
01a202b0-7aef-7879-a4b4-6973886b27a2	available		-100	01a202b0-7aef-7e26-9a20-3951390c9162	01a202b0-7acc-71da-a116-55bb4236e19b
01a202b0-7aef-758d-b031-10e4903b0be9	held		100	01a202b0-7aef-7e26-9a20-3951390c9162	01a202b0-7acc-71da-a116-55bb4236e19b
\.
COPY public.procrastinate_events (id, job_id, type, at) FROM stdin;
\.
COPY public.procrastinate_jobs (id, queue_name, task_name, lock, args, status, scheduled_at, attempts, queueing_lock, priority, abort_requested, worker_id) FROM stdin;
\.
COPY public.procrastinate_periodic_defers (id, task_name, defer_timestamp, job_id, periodic_id) FROM stdin;
\.
COPY public.procrastinate_workers (id, last_heartbeat) FROM stdin;
\.
COPY public.programme (id, singleton, timezone, name, brand_colour, point_unit, fen_per_point, pin_over_points, idle_s, hotline, voucher_terms, min_app_version, config_rev) FROM stdin;
01a202b0-7651-769e-b26e-bd1d6c9ca778	t	Asia/Shanghai	{"en": "青禾生活", "zh-Hans": "青禾生活", "zh-Hant": "青禾生活"}	#0B5F4B	{"en": "分", "zh-Hans": "分", "zh-Hant": "分"}	\N	0	45		[]	0.1.0	1
\.
COPY public.redemption (id, reward_rev, points, state, channel, device_seq, stock_counted, choice, reserved_at, printing_at, uncertain_at, issued_at, ended_at, reason, operator, paper_mm, told_at, device_id, hold_id, member_id, printer_id, reward_id, session_id, store_id) FROM stdin;
01a202b0-7729-7512-8584-741d7a3b583e	1	100	RESERVED	kiosk	1	t	\N	2026-11-19 03:55:00+00	\N	\N	\N	\N			0	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-774c-7080-a70f-048b5d20ac2c	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-7729-7512-8584-741e46b2fbf5	S1
01a202b0-7769-7052-abe6-5c470bc21c47	1	100	PRINTING	kiosk	2	t	\N	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	\N	\N	\N			0	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7773-7b2f-82f2-8487d87c6cd6	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-7769-7052-abe6-5c48cc56cef2	S1
01a202b0-7792-714f-83f2-c90ff966db03	1	100	UNCERTAIN	kiosk	3	t	\N	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	\N	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-77a3-7bc6-92f6-712a2aa7f99a	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-7792-714f-83f2-c91047fe5c2c	S1
01a202b0-77d9-709d-9e12-69bd70a7410d	1	100	ISSUED	kiosk	4	t	\N	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	\N	2026-11-19 03:55:00+00	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-77e8-72ef-8945-77e207ed089f	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-77d9-709d-9e12-69be214f54b0	S1
01a202b0-781d-7094-bba3-f0925ffbbdd3	1	100	USED	kiosk	5	t	\N	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	\N	2026-11-19 03:55:00+00	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7824-79d3-9147-b9e51f43350c	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-781d-7094-bba3-f0930b1988ec	S1
01a202b0-7854-7497-ba34-a4764693f80d	1	100	EXPIRED	kiosk	6	t	\N	2026-10-23 03:55:00+00	2026-10-23 03:55:00+00	\N	2026-10-23 03:55:00+00	2026-12-22 03:55:00+00			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7869-794c-823e-db0acf0d82fc	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-7854-7497-ba34-a477ee35de81	S1
01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4	1	100	VOIDED	kiosk	7	t	\N	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	\N	2026-11-19 03:55:00+00	2026-11-19 03:55:00+00	test	E0001	80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-78aa-7a53-a97d-054243af10bb	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-78a1-76c9-86ac-f6ec96b90272	S1
01a202b0-78f2-7030-9e45-3f2f3955793a	1	100	RELEASED	kiosk	8	t	\N	2026-11-19 03:55:00+00	\N	\N	\N	2026-11-19 03:55:00+00	cancelled		0	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-78f7-77bc-9faf-d9ca967215df	01a202b0-76f1-7075-bb5d-0006de4a3195	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-78f2-7030-9e45-3f3082bf9e6a	S1
01a202b0-7981-77d2-8c88-8257543514ad	2	120	ISSUED	kiosk	9	f	\N	2026-11-22 02:00:00+00	2026-11-22 02:00:00+00	\N	2026-11-22 02:00:00+00	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-798a-7f7e-a283-b13574241619	01a202b0-791d-7307-9fa9-c60d19160e7f	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76cf-7312-9157-355e58d165bb	01a202b0-7981-77d2-8c88-82582b90c66c	S1
01a202b0-79b5-70e6-838c-b403e59e43e2	2	120	ISSUED	kiosk	10	f	\N	2026-11-22 02:00:00+00	2026-11-22 02:00:00+00	\N	2026-11-22 02:00:00+00	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-79c2-7308-aae7-0d83082d2dd6	01a202b0-791d-7307-9fa9-c60d19160e7f	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76cf-7312-9157-355e58d165bb	01a202b0-79b5-70e6-838c-b404e44ebd8a	S1
01a202b0-7a39-769a-aff4-1e16fe2196df	2	70	USED	kiosk	11	f	\N	2026-11-22 02:00:00+00	2026-11-22 02:00:00+00	\N	2026-11-22 02:00:00+00	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a43-731d-8b59-0951ff956568	01a202b0-7a23-743c-81a2-7e9e2092a235	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76e1-736f-aff1-e92f556813de	01a202b0-7a39-769a-aff4-1e1741cd414e	S1
01a202b0-7a89-702f-82e9-a62aa7c23e70	1	100	UNCERTAIN	kiosk	12	t	\N	2026-11-22 02:00:00+00	2026-11-22 02:00:00+00	2026-11-22 02:00:00+00	\N	\N			80	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7a93-7ed9-b269-20691a134bb2	01a202b0-7a23-743c-81a2-7e9e2092a235	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-7a89-702f-82e9-a62bd35b5352	S1
01a202b0-7ae0-728c-9643-83ff54f299c4	1	100	RESERVED	kiosk	13	t	\N	2026-11-22 03:55:00+00	\N	\N	\N	\N			0	\N	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-7aef-7b0d-9306-895c43ac924b	01a202b0-7acc-71da-a116-55bb4236e19b	01a202b0-7651-769e-b26e-bd19c2ebf4e9	01a202b0-76bd-71b9-bec9-56a4daf4e485	01a202b0-7ae0-728c-9643-8400fce1f098	S1
\.
COPY public.reward (id, rev, catalogue_rev, "position", kind, name, description, value_fen, price_points, per_member_per_day, per_member_per_month, per_member_ever, stock_counted, few_below, valid_from, valid_to, voucher_days, min_spend_fen, conditions, offline_ok, deleted_at, category_id, image_sha256) FROM stdin;
01a202b0-76bd-71b9-bec9-56a4daf4e485	1	1	0	goods	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	{"en": "一把雨伞", "zh-Hans": "一把雨伞", "zh-Hant": "一把雨伞"}	1500	100	\N	\N	20	t	6	\N	\N	30	0	[]	f	\N	home	00
01a202b0-76cf-7312-9157-355e58d165bb	2	4	0	goods	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	{"en": "一把雨伞", "zh-Hans": "一把雨伞", "zh-Hant": "一把雨伞"}	2500	120	2	5	\N	f	6	\N	\N	30	0	[]	f	\N	home	00
01a202b0-76e1-736f-aff1-e92f556813de	2	6	0	goods	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	{"en": "一把雨伞", "zh-Hans": "一把雨伞", "zh-Hant": "一把雨伞"}	1500	70	\N	\N	\N	f	6	\N	\N	90	3000	[]	f	\N	home	00
\.
COPY public.reward_image (sha256, media_type, content) FROM stdin;
00	image/png	\\x
\.
COPY public.reward_price (id, points, valid_from, valid_to, reward_id, tier_id) FROM stdin;
\.
COPY public.reward_store (id, reward_id, store_id) FROM stdin;
01a202b0-76e8-7491-9b83-e0be1d70d309	01a202b0-76e1-736f-aff1-e92f556813de	S1
\.
COPY public.reward_tier (id, reward_id, tier_id) FROM stdin;
01a202b0-76d1-7405-9336-ac8e81a2bf61	01a202b0-76cf-7312-9157-355e58d165bb	gold
\.
COPY public.seen_code (id, ref, slot, first_at, device_id) FROM stdin;
\.
COPY public.stock_bucket (id, on_hand, reserved, issued, received, written_off, catalogue_rev, changed_at, reward_id, store_id) FROM stdin;
01a202b0-76c9-7655-8210-157c11643a1d	12	5	3	20	0	2	2026-11-22 09:57:29.967314+00	01a202b0-76bd-71b9-bec9-56a4daf4e485	S1
\.
COPY public.store (id, name, address, phone, franchise) FROM stdin;
S1	{"en": "店", "zh-Hans": "店", "zh-Hant": "店"}	{"en": "店", "zh-Hans": "店", "zh-Hant": "店"}		f
S2	{"en": "店", "zh-Hans": "店", "zh-Hant": "店"}	{"en": "店", "zh-Hans": "店", "zh-Hant": "店"}		f
\.
COPY public.tier (id, name, rank) FROM stdin;
plain	{"en": "卡", "zh-Hans": "卡", "zh-Hant": "卡"}	0
gold	{"en": "卡", "zh-Hans": "卡", "zh-Hant": "卡"}	1
\.
COPY public.token_key (kid, public_key, created_at, retired_at) FROM stdin;
1	\\xb216e747080bb3162b280be893011d69c7d048f31ea02470ff7172527f5ff067	2026-11-22 09:57:27.192672+00	\N
\.
COPY public.tombstone (id, reason, at, device_id) FROM stdin;
01a202b0-7b01-7460-913b-ab1839f5a314	cancelled	2026-11-22 03:55:00+00	01a202b0-7651-769e-b26e-bd19c2ebf4e9
\.
COPY public.voucher (redemption_id, code, state, reward_name, value_fen, min_spend_fen, print_fields, valid_from, valid_to, copies, used_at, used_pos, used_receipt, used_line, used_store_id) FROM stdin;
01a202b0-7729-7512-8584-741d7a3b583e	6X0GJG54X6N23X53	reserved	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4900, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-7769-7052-abe6-5c470bc21c47	3TTSVS70G45BZ3DC	live	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4800, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-7792-714f-83f2-c90ff966db03	B8AQP51X7M974JNV	live	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4700, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-77d9-709d-9e12-69bd70a7410d	D2S4WE6M4JG13CQ8	live	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4600, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-781d-7094-bba3-f0925ffbbdd3	B7GA2VJBR20EZN46	used	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4500, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	2026-11-19 03:55:00+00	1	R1	1	S1
01a202b0-7854-7497-ba34-a4764693f80d	C0R4TMN0QJKWCQCX	expired	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-11-22T15:59:59+00:00", "issued_at": "2026-10-23T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4400, "balance_as_of": "2026-10-23T03:55:00+00:00"}	2026-10-23 03:55:00+00	2026-11-22 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4	F87JBTPT9E8ZXZSF	voided	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4300, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-78f2-7030-9e45-3f2f3955793a	YR5BWSBSHNNYF0T2	revoked	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-19T15:59:59+00:00", "issued_at": "2026-11-19T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0469", "balance_after": 4300, "balance_as_of": "2026-11-19T03:55:00+00:00"}	2026-11-19 03:55:00+00	2026-12-19 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-7981-77d2-8c88-8257543514ad	JE923P1J68E3D02A	live	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	2500	0	{"points": 120, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 2500, "conditions": [], "member_tail": "7615", "balance_after": 305, "balance_as_of": "2026-11-22T02:00:00+00:00"}	2026-11-22 02:00:00+00	2026-12-22 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-79b5-70e6-838c-b403e59e43e2	QBK037XT9CGHKNY1	live	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	2500	0	{"points": 120, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 2500, "conditions": [], "member_tail": "7615", "balance_after": 185, "balance_as_of": "2026-11-22T02:00:00+00:00"}	2026-11-22 02:00:00+00	2026-12-22 15:59:59+00	0	\N	\N	\N	\N	\N
01a202b0-7a39-769a-aff4-1e16fe2196df	NYWEQ7J5EE2WW523	used	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	3000	{"points": 70, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2027-02-20T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1930, "balance_as_of": "2026-11-22T02:00:00+00:00"}	2026-11-22 02:00:00+00	2027-02-20 15:59:59+00	0	2026-11-22 02:00:00+00	1	R8	1	S1
01a202b0-7a89-702f-82e9-a62aa7c23e70	MV8TTN47QWA1SXPT	live	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T02:00:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "5237", "balance_after": 1830, "balance_as_of": "2026-11-22T02:00:00+00:00"}	2026-11-22 02:00:00+00	2026-12-22 15:59:59+00	1	\N	\N	\N	\N	\N
01a202b0-7ae0-728c-9643-83ff54f299c4	NW405WC4Q945VTDK	reserved	{"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}	1500	0	{"points": 100, "reward": {"en": "雨伞", "zh-Hans": "雨伞", "zh-Hant": "雨伞"}, "valid_to": "2026-12-22T15:59:59+00:00", "issued_at": "2026-11-22T03:55:00+00:00", "value_fen": 1500, "conditions": [], "member_tail": "0363", "balance_after": 0, "balance_as_of": "2026-11-22T03:55:00+00:00"}	2026-11-22 03:55:00+00	2026-12-22 15:59:59+00	0	\N	\N	\N	\N	\N
\.
COPY public.voucher_event (id, kind, at, operator, reference, device_id, store_id, voucher_id) FROM stdin;
01a202b0-7788-787b-a9c3-6d8b1c5fbb80	print	2026-11-19 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7769-7052-abe6-5c470bc21c47
01a202b0-77c4-75e8-baa1-4ef18310ba38	print	2026-11-19 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7792-714f-83f2-c90ff966db03
01a202b0-77ce-7822-bf50-6a1907c5e9a0	uncertain	2026-11-19 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-7792-714f-83f2-c90ff966db03
01a202b0-77fd-7981-adac-7e0b9f9355b9	print	2026-11-19 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-77d9-709d-9e12-69bd70a7410d
01a202b0-7809-7b1e-bd49-56a05b86e187	captured	2026-11-19 03:55:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-77d9-709d-9e12-69bd70a7410d
01a202b0-7835-70cb-a900-e875a5670e1d	print	2026-11-19 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-781d-7094-bba3-f0925ffbbdd3
01a202b0-783e-7a3d-87b9-bee687a58311	captured	2026-11-19 03:55:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-781d-7094-bba3-f0925ffbbdd3
01a202b0-7853-7bd4-88e0-d90939afdc7d	use	2026-11-19 03:55:00+00		1:R1:1	01a202b0-7651-769e-b26e-bd1b20685973	S1	01a202b0-781d-7094-bba3-f0925ffbbdd3
01a202b0-787a-7c16-867e-5263832349d8	print	2026-10-23 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7854-7497-ba34-a4764693f80d
01a202b0-7887-7c71-960a-c1fdcdf0131e	captured	2026-10-23 03:55:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-7854-7497-ba34-a4764693f80d
01a202b0-7894-7587-9bb1-574e2f7bed11	expire	2026-12-22 03:55:00+00			\N	\N	01a202b0-7854-7497-ba34-a4764693f80d
01a202b0-78ba-7a06-b042-95880cf99720	print	2026-11-19 03:55:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4
01a202b0-78c9-720e-a3aa-5efc42425c50	captured	2026-11-19 03:55:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4
01a202b0-78e3-73af-8014-66e4419de26b	void	2026-11-19 03:55:00+00	E0001	test	\N	\N	01a202b0-78a1-76c9-86ac-f6ebe2ffd5c4
01a202b0-7910-7363-ac13-f440926eb90e	revoke	2026-11-19 03:55:00+00		cancelled	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-78f2-7030-9e45-3f2f3955793a
01a202b0-7998-724f-8e3c-d4379eb34ea0	print	2026-11-22 02:00:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7981-77d2-8c88-8257543514ad
01a202b0-79ae-76fb-92e4-1cc861551b2c	captured	2026-11-22 02:00:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-7981-77d2-8c88-8257543514ad
01a202b0-79d6-7a31-bdce-5ef655c4de60	print	2026-11-22 02:00:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-79b5-70e6-838c-b403e59e43e2
01a202b0-79e3-772b-872a-8a9648b8dbe5	captured	2026-11-22 02:00:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-79b5-70e6-838c-b403e59e43e2
01a202b0-7a50-72ac-b55c-46052c627000	print	2026-11-22 02:00:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7a39-769a-aff4-1e16fe2196df
01a202b0-7a5e-7876-8435-4fa88d504420	captured	2026-11-22 02:00:00+00		printed	01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-7a39-769a-aff4-1e16fe2196df
01a202b0-7a6e-75d4-94a3-bb269e054d12	use	2026-11-22 02:00:00+00		1:R7:1	01a202b0-7651-769e-b26e-bd1b20685973	S1	01a202b0-7a39-769a-aff4-1e16fe2196df
01a202b0-7a7a-7c91-99aa-61f680f17111	restore	2026-11-22 02:00:00+00		1:R7:1:receipt voided	01a202b0-7651-769e-b26e-bd1b20685973	S1	01a202b0-7a39-769a-aff4-1e16fe2196df
01a202b0-7a82-7d04-b3aa-dedb0c41d614	use	2026-11-22 02:00:00+00		1:R8:1	01a202b0-7651-769e-b26e-bd1b20685973	S1	01a202b0-7a39-769a-aff4-1e16fe2196df
01a202b0-7aa2-72a2-bf36-625a0114f43d	print	2026-11-22 02:00:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7a89-702f-82e9-a62aa7c23e70
01a202b0-7aae-7931-a5fb-9d7f4a7d3b1b	uncertain	2026-11-22 02:00:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	\N	01a202b0-7a89-702f-82e9-a62aa7c23e70
01a202b0-7ac2-70fb-886f-97745364e459	reprint	2026-11-22 02:00:00+00			01a202b0-7651-769e-b26e-bd19c2ebf4e9	S1	01a202b0-7a89-702f-82e9-a62aa7c23e70
\.
SELECT pg_catalog.setval('public.catalogue_rev', 6, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 47, true);
SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 1, false);
SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 1, false);
SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);
SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, false);
ALTER TABLE ONLY public.bad_code
    ADD CONSTRAINT bad_code_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.balance
    ADD CONSTRAINT balance_pkey PRIMARY KEY (member_id);
ALTER TABLE ONLY public.category
    ADD CONSTRAINT category_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.device_event
    ADD CONSTRAINT device_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.device_event
    ADD CONSTRAINT device_event_seq UNIQUE (device_id, seq);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_number UNIQUE (number);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_public_key UNIQUE (public_key);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enrol_code
    ADD CONSTRAINT enrol_code_hash UNIQUE (code_hash);
ALTER TABLE ONLY public.enrol_code
    ADD CONSTRAINT enrol_code_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.function_set
    ADD CONSTRAINT function_set_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.hold_allocation
    ADD CONSTRAINT hold_allocation_once UNIQUE (hold_id, lot_id);
ALTER TABLE ONLY public.hold_allocation
    ADD CONSTRAINT hold_allocation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_once UNIQUE (client, key);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.limit_counter
    ADD CONSTRAINT limit_counter_once UNIQUE (member_id, reward_id, period, starts_on);
ALTER TABLE ONLY public.limit_counter
    ADD CONSTRAINT limit_counter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT lot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.member_card
    ADD CONSTRAINT member_card_pkey PRIMARY KEY (card_ref);
ALTER TABLE ONLY public.member
    ADD CONSTRAINT member_number UNIQUE (number);
ALTER TABLE ONLY public.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.member_ref
    ADD CONSTRAINT member_ref_pkey PRIMARY KEY (ref);
ALTER TABLE ONLY public.member_session
    ADD CONSTRAINT member_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.point_type
    ADD CONSTRAINT point_type_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.programme
    ADD CONSTRAINT programme_only_one UNIQUE (singleton);
ALTER TABLE ONLY public.programme
    ADD CONSTRAINT programme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_device_seq UNIQUE (device_id, device_seq);
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_hold_id_key UNIQUE (hold_id);
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reward_image
    ADD CONSTRAINT reward_image_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY public.reward
    ADD CONSTRAINT reward_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reward_price
    ADD CONSTRAINT reward_price_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reward_store
    ADD CONSTRAINT reward_store_once UNIQUE (reward_id, store_id);
ALTER TABLE ONLY public.reward_store
    ADD CONSTRAINT reward_store_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reward_tier
    ADD CONSTRAINT reward_tier_once UNIQUE (reward_id, tier_id);
ALTER TABLE ONLY public.reward_tier
    ADD CONSTRAINT reward_tier_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seen_code
    ADD CONSTRAINT seen_code_once UNIQUE (ref, slot);
ALTER TABLE ONLY public.seen_code
    ADD CONSTRAINT seen_code_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stock_bucket
    ADD CONSTRAINT stock_bucket_once UNIQUE (reward_id, store_id);
ALTER TABLE ONLY public.stock_bucket
    ADD CONSTRAINT stock_bucket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tier
    ADD CONSTRAINT tier_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tier
    ADD CONSTRAINT tier_rank UNIQUE (rank);
ALTER TABLE ONLY public.token_key
    ADD CONSTRAINT token_key_pkey PRIMARY KEY (kid);
ALTER TABLE ONLY public.tombstone
    ADD CONSTRAINT tombstone_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.voucher
    ADD CONSTRAINT voucher_code UNIQUE (code);
ALTER TABLE ONLY public.voucher_event
    ADD CONSTRAINT voucher_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.voucher
    ADD CONSTRAINT voucher_pkey PRIMARY KEY (redemption_id);
CREATE INDEX bad_code_device_at ON public.bad_code USING btree (device_id, at);
CREATE INDEX bad_code_device_id_f377ba03 ON public.bad_code USING btree (device_id);
CREATE INDEX category_id_6390e962_like ON public.category USING btree (id text_pattern_ops);
CREATE INDEX device_event_device_id_09201f0c ON public.device_event USING btree (device_id);
CREATE INDEX device_store_id_62f7356e ON public.device USING btree (store_id);
CREATE INDEX device_store_id_62f7356e_like ON public.device USING btree (store_id text_pattern_ops);
CREATE INDEX enrol_code_store_id_a2770c56 ON public.enrol_code USING btree (store_id);
CREATE INDEX enrol_code_store_id_a2770c56_like ON public.enrol_code USING btree (store_id text_pattern_ops);
CREATE INDEX enrol_code_used_by_id_d2a795d4 ON public.enrol_code USING btree (used_by_id);
CREATE INDEX hold_allocation_hold_id_7c6ed9f7 ON public.hold_allocation USING btree (hold_id);
CREATE INDEX hold_allocation_lot_id_6100e138 ON public.hold_allocation USING btree (lot_id);
CREATE INDEX hold_member_id_705a762f ON public.hold USING btree (member_id);
CREATE INDEX idempotency_key_created_at ON public.idempotency_key USING btree (created_at);
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);
CREATE INDEX journal_lot_id_f2d7d270 ON public.journal USING btree (lot_id);
CREATE INDEX journal_member_at ON public.journal USING btree (member_id, at);
CREATE INDEX journal_member_id_45c67b85 ON public.journal USING btree (member_id);
CREATE INDEX journal_redemption_b8cd1955 ON public.journal USING btree (redemption);
CREATE INDEX journal_reverses_id_b5b71f3f ON public.journal USING btree (reverses_id);
CREATE INDEX limit_counter_member_id_b7410142 ON public.limit_counter USING btree (member_id);
CREATE INDEX limit_counter_reward_id_f4521885 ON public.limit_counter USING btree (reward_id);
CREATE INDEX lot_expires_at ON public.lot USING btree (expires_at) WHERE (remaining > held);
CREATE INDEX lot_member_id_f1dab87c ON public.lot USING btree (member_id);
CREATE INDEX lot_pending ON public.lot USING btree (available_at) WHERE (state = 'pending'::text);
CREATE INDEX lot_spend_order ON public.lot USING btree (member_id, expires_at, available_at, id) WHERE (remaining > 0);
CREATE INDEX lot_type_2fff7a0a ON public.lot USING btree (type);
CREATE INDEX lot_type_2fff7a0a_like ON public.lot USING btree (type text_pattern_ops);
CREATE INDEX member_card_member_id_6d334e9b ON public.member_card USING btree (member_id);
CREATE INDEX member_merged_into_id_c2aa4d63 ON public.member USING btree (merged_into_id);
CREATE INDEX member_ref_member_id_ec8ed9ce ON public.member_ref USING btree (member_id);
CREATE INDEX member_session_device_id_1412fc2c ON public.member_session USING btree (device_id);
CREATE INDEX member_session_expires_at ON public.member_session USING btree (expires_at);
CREATE INDEX member_session_member_id_c58a00ff ON public.member_session USING btree (member_id);
CREATE INDEX member_tier_id_db381dc8 ON public.member USING btree (tier_id);
CREATE INDEX member_tier_id_db381dc8_like ON public.member USING btree (tier_id text_pattern_ops);
CREATE INDEX point_type_code_b6248671_like ON public.point_type USING btree (code text_pattern_ops);
CREATE INDEX posting_journal_id_431acdda ON public.posting USING btree (journal_id);
CREATE INDEX posting_member_id_0da15bf5 ON public.posting USING btree (member_id);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);
CREATE INDEX redemption_device_id_6f8f128e ON public.redemption USING btree (device_id);
CREATE INDEX redemption_member ON public.redemption USING btree (member_id, reserved_at);
CREATE INDEX redemption_member_id_4ba55184 ON public.redemption USING btree (member_id);
CREATE INDEX redemption_printer_id_70bddbca ON public.redemption USING btree (printer_id);
CREATE INDEX redemption_reward_id_ccb148df ON public.redemption USING btree (reward_id);
CREATE INDEX redemption_session_id_1caf5397 ON public.redemption USING btree (session_id);
CREATE INDEX redemption_store_id_6761436b ON public.redemption USING btree (store_id);
CREATE INDEX redemption_store_id_6761436b_like ON public.redemption USING btree (store_id text_pattern_ops);
CREATE INDEX redemption_unsettled ON public.redemption USING btree (state, reserved_at) WHERE (state = ANY (ARRAY['RESERVED'::text, 'PRINTING'::text, 'UNCERTAIN'::text]));
CREATE INDEX reward_catalogue_rev ON public.reward USING btree (catalogue_rev);
CREATE INDEX reward_category_id_4de063a1 ON public.reward USING btree (category_id);
CREATE INDEX reward_category_id_4de063a1_like ON public.reward USING btree (category_id text_pattern_ops);
CREATE INDEX reward_image_sha256_4f1e9fef ON public.reward USING btree (image_sha256);
CREATE INDEX reward_image_sha256_4f1e9fef_like ON public.reward USING btree (image_sha256 text_pattern_ops);
CREATE INDEX reward_image_sha256_9bc621ce_like ON public.reward_image USING btree (sha256 text_pattern_ops);
CREATE INDEX reward_price_reward_id_03bc43dd ON public.reward_price USING btree (reward_id);
CREATE INDEX reward_price_tier_id_4baa877d ON public.reward_price USING btree (tier_id);
CREATE INDEX reward_price_tier_id_4baa877d_like ON public.reward_price USING btree (tier_id text_pattern_ops);
CREATE INDEX reward_store_reward_id_681bb95b ON public.reward_store USING btree (reward_id);
CREATE INDEX reward_store_store_id_c6454427 ON public.reward_store USING btree (store_id);
CREATE INDEX reward_store_store_id_c6454427_like ON public.reward_store USING btree (store_id text_pattern_ops);
CREATE INDEX reward_tier_reward_id_fb96c393 ON public.reward_tier USING btree (reward_id);
CREATE INDEX reward_tier_tier_id_3645349c ON public.reward_tier USING btree (tier_id);
CREATE INDEX reward_tier_tier_id_3645349c_like ON public.reward_tier USING btree (tier_id text_pattern_ops);
CREATE INDEX seen_code_device_id_110ad4d2 ON public.seen_code USING btree (device_id);
CREATE INDEX stock_bucket_catalogue_rev ON public.stock_bucket USING btree (catalogue_rev);
CREATE INDEX stock_bucket_reward_id_6b1265ec ON public.stock_bucket USING btree (reward_id);
CREATE INDEX stock_bucket_store_id_cbf59dd0 ON public.stock_bucket USING btree (store_id);
CREATE INDEX stock_bucket_store_id_cbf59dd0_like ON public.stock_bucket USING btree (store_id text_pattern_ops);
CREATE INDEX store_id_7fbd27e3_like ON public.store USING btree (id text_pattern_ops);
CREATE INDEX tier_id_28616e2e_like ON public.tier USING btree (id text_pattern_ops);
CREATE INDEX tombstone_device_id_5a379fbd ON public.tombstone USING btree (device_id);
CREATE INDEX voucher_event_device_id_d894d1aa ON public.voucher_event USING btree (device_id);
CREATE INDEX voucher_event_store_id_236eb795 ON public.voucher_event USING btree (store_id);
CREATE INDEX voucher_event_store_id_236eb795_like ON public.voucher_event USING btree (store_id text_pattern_ops);
CREATE INDEX voucher_event_voucher_id_7be43c1b ON public.voucher_event USING btree (voucher_id);
CREATE INDEX voucher_expiry ON public.voucher USING btree (valid_to) WHERE (state = 'live'::text);
CREATE INDEX voucher_used_store_id_5b7ec591 ON public.voucher USING btree (used_store_id);
CREATE INDEX voucher_used_store_id_5b7ec591_like ON public.voucher USING btree (used_store_id text_pattern_ops);
CREATE TRIGGER category_changed AFTER UPDATE ON public.category FOR EACH ROW EXECUTE FUNCTION public.category_changed();
CREATE TRIGGER config_changed AFTER UPDATE OF paused ON public.device FOR EACH ROW WHEN ((old.paused IS DISTINCT FROM new.paused)) EXECUTE FUNCTION public.config_changed();
CREATE TRIGGER config_changed AFTER UPDATE ON public.store FOR EACH ROW EXECUTE FUNCTION public.config_changed();
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE ON public.token_key FOR EACH ROW EXECUTE FUNCTION public.config_changed();
CREATE TRIGGER device_changed AFTER INSERT OR UPDATE OF revoked_at, role, store_id, public_key ON public.device FOR EACH ROW EXECUTE FUNCTION public.device_changed();
CREATE TRIGGER member_created AFTER INSERT ON public.member FOR EACH ROW EXECUTE FUNCTION public.member_created();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();
CREATE TRIGGER programme_changed BEFORE UPDATE ON public.programme FOR EACH ROW EXECUTE FUNCTION public.programme_changed();
CREATE TRIGGER reward_changed BEFORE INSERT OR UPDATE ON public.reward FOR EACH ROW EXECUTE FUNCTION public.reward_changed();
CREATE TRIGGER reward_part_changed AFTER INSERT OR DELETE OR UPDATE ON public.reward_price FOR EACH ROW EXECUTE FUNCTION public.reward_part_changed();
CREATE TRIGGER reward_part_changed AFTER INSERT OR DELETE OR UPDATE ON public.reward_store FOR EACH ROW EXECUTE FUNCTION public.reward_part_changed();
CREATE TRIGGER reward_part_changed AFTER INSERT OR DELETE OR UPDATE ON public.reward_tier FOR EACH ROW EXECUTE FUNCTION public.reward_part_changed();
CREATE TRIGGER stock_changed BEFORE INSERT OR UPDATE ON public.stock_bucket FOR EACH ROW EXECUTE FUNCTION public.stock_changed();
ALTER TABLE ONLY public.bad_code
    ADD CONSTRAINT bad_code_device_id_f377ba03_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.balance
    ADD CONSTRAINT balance_member_id_91cdcb85_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.device_event
    ADD CONSTRAINT device_event_device_id_09201f0c_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_store_id_62f7356e_fk_store_id FOREIGN KEY (store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrol_code
    ADD CONSTRAINT enrol_code_store_id_a2770c56_fk_store_id FOREIGN KEY (store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrol_code
    ADD CONSTRAINT enrol_code_used_by_id_d2a795d4_fk_device_id FOREIGN KEY (used_by_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hold_allocation
    ADD CONSTRAINT hold_allocation_hold_id_7c6ed9f7_fk_hold_id FOREIGN KEY (hold_id) REFERENCES public.hold(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hold_allocation
    ADD CONSTRAINT hold_allocation_lot_id_6100e138_fk_lot_id FOREIGN KEY (lot_id) REFERENCES public.lot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_member_id_705a762f_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_lot_id_f2d7d270_fk_lot_id FOREIGN KEY (lot_id) REFERENCES public.lot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_member_id_45c67b85_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_reverses_id_b5b71f3f_fk_journal_id FOREIGN KEY (reverses_id) REFERENCES public.journal(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.limit_counter
    ADD CONSTRAINT limit_counter_member_id_b7410142_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.limit_counter
    ADD CONSTRAINT limit_counter_reward_id_f4521885_fk_reward_id FOREIGN KEY (reward_id) REFERENCES public.reward(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT lot_member_id_f1dab87c_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lot
    ADD CONSTRAINT lot_type_2fff7a0a_fk_point_type_code FOREIGN KEY (type) REFERENCES public.point_type(code) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.member_card
    ADD CONSTRAINT member_card_member_id_6d334e9b_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.member
    ADD CONSTRAINT member_merged_into_id_c2aa4d63_fk_member_id FOREIGN KEY (merged_into_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.member_ref
    ADD CONSTRAINT member_ref_member_id_ec8ed9ce_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.member_session
    ADD CONSTRAINT member_session_device_id_1412fc2c_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.member_session
    ADD CONSTRAINT member_session_member_id_c58a00ff_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.member
    ADD CONSTRAINT member_tier_id_db381dc8_fk_tier_id FOREIGN KEY (tier_id) REFERENCES public.tier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_journal_id_431acdda_fk_journal_id FOREIGN KEY (journal_id) REFERENCES public.journal(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_member_id_0da15bf5_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_device_id_6f8f128e_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_hold_id_46033426_fk_hold_id FOREIGN KEY (hold_id) REFERENCES public.hold(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_member_id_4ba55184_fk_member_id FOREIGN KEY (member_id) REFERENCES public.member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_printer_id_70bddbca_fk_device_id FOREIGN KEY (printer_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_reward_id_ccb148df_fk_reward_id FOREIGN KEY (reward_id) REFERENCES public.reward(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.redemption
    ADD CONSTRAINT redemption_store_id_6761436b_fk_store_id FOREIGN KEY (store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward
    ADD CONSTRAINT reward_category_id_4de063a1_fk_category_id FOREIGN KEY (category_id) REFERENCES public.category(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward
    ADD CONSTRAINT reward_image_sha256_4f1e9fef_fk_reward_image_sha256 FOREIGN KEY (image_sha256) REFERENCES public.reward_image(sha256) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward_price
    ADD CONSTRAINT reward_price_reward_id_03bc43dd_fk_reward_id FOREIGN KEY (reward_id) REFERENCES public.reward(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward_price
    ADD CONSTRAINT reward_price_tier_id_4baa877d_fk_tier_id FOREIGN KEY (tier_id) REFERENCES public.tier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward_store
    ADD CONSTRAINT reward_store_reward_id_681bb95b_fk_reward_id FOREIGN KEY (reward_id) REFERENCES public.reward(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward_store
    ADD CONSTRAINT reward_store_store_id_c6454427_fk_store_id FOREIGN KEY (store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward_tier
    ADD CONSTRAINT reward_tier_reward_id_fb96c393_fk_reward_id FOREIGN KEY (reward_id) REFERENCES public.reward(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reward_tier
    ADD CONSTRAINT reward_tier_tier_id_3645349c_fk_tier_id FOREIGN KEY (tier_id) REFERENCES public.tier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.seen_code
    ADD CONSTRAINT seen_code_device_id_110ad4d2_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stock_bucket
    ADD CONSTRAINT stock_bucket_reward_id_6b1265ec_fk_reward_id FOREIGN KEY (reward_id) REFERENCES public.reward(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stock_bucket
    ADD CONSTRAINT stock_bucket_store_id_cbf59dd0_fk_store_id FOREIGN KEY (store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tombstone
    ADD CONSTRAINT tombstone_device_id_5a379fbd_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.voucher_event
    ADD CONSTRAINT voucher_event_device_id_d894d1aa_fk_device_id FOREIGN KEY (device_id) REFERENCES public.device(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.voucher_event
    ADD CONSTRAINT voucher_event_store_id_236eb795_fk_store_id FOREIGN KEY (store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.voucher_event
    ADD CONSTRAINT voucher_event_voucher_id_7be43c1b_fk_voucher_redemption_id FOREIGN KEY (voucher_id) REFERENCES public.voucher(redemption_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.voucher
    ADD CONSTRAINT voucher_redemption_id_77d5d980_fk_redemption_id FOREIGN KEY (redemption_id) REFERENCES public.redemption(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.voucher
    ADD CONSTRAINT voucher_used_store_id_5b7ec591_fk_store_id FOREIGN KEY (used_store_id) REFERENCES public.store(id) DEFERRABLE INITIALLY DEFERRED;
\unrestrict 0J6zsIAolJRmuQsJ0X9eQ0gAQ0rGVbXdHPxKpK528t1xWVdOcWpU3mrlcuyNy3R
