-- What the whole admin interface needs: answers to repeated requests, and its look-ups.

create table tmtp.idempotency (
    key text primary key check (octet_length(key) between 1 and 255),
    at timestamptz not null default now(),
    request bytea not null check (octet_length(request) = 32),
    answer text not null
);
create index idempotency_at on tmtp.idempotency (at);
comment on table tmtp.idempotency is 'Answers to requests with an Idempotency-Key, for 24 hours.';
comment on column tmtp.idempotency.key is 'The key, as the caller chose it.';
comment on column tmtp.idempotency.at is 'When it was first used.';
comment on column tmtp.idempotency.request is 'SHA-256 of the body; another body under the same key is refused.';
comment on column tmtp.idempotency.answer is 'The body of the answer, whose status was 200.';

create index account_subject on tmtp.account (subject) where subject is not null;
create index contact_until on tmtp.contact (until) where until is not null;

grant select, insert, delete on tmtp.idempotency to tmtpd_app;
grant delete on tmtp.node to tmtpd_app;
