-- Evidence of a decided case is opened again as a glass is broken: two persons agree, for an hour, and the
-- member is told.

alter table agora.break_glass add column evidence boolean not null default false;
comment on column agora.break_glass.evidence is
  'Whether the files of a decided case may be looked at too; false: what is written in the case is read, no more';

alter table agora.evidence_view drop constraint evidence_view_seen_as_check;
alter table agora.evidence_view add constraint evidence_view_seen_as_check
  check (seen_as in ('member', 'verifier', 'second', 'referee', 'unsealed'));

comment on column agora.two_person_kind.kind is 'Name; agora.two_person_do carries each out';
