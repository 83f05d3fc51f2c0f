-- All that a decision on a case rests on, in one canonical value, and its hash. Whoever approves presents
-- the hash of what they have read; where it is not the current one, something has changed under them. The
-- scorer reads nothing else of a case, so that an evaluation belongs to exactly one hash.
--
-- What passes by itself (a document expires, a look-up grows old) is not in it: the facts that it follows
-- from are, and an evaluation says until when it holds.

create or replace function agora.plain_key(words text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select nullif(regexp_replace(lower(public.unaccent('public.unaccent', words)), '[^[:alnum:]]', '', 'g'), ''));
end $$;
comment on function agora.plain_key is 'A name without accents, capitals, spaces and signs, to compare it; null when nothing is left.';

create or replace function agora.snapshot_files(item uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(b.id order by b.id), '[]')
      from agora.evidence_blob b
     where b.evidence_id = item and b.state = 'ready' and coalesce(b.why, '') <> 'removed');
end $$;
comment on function agora.snapshot_files is
  'The files of a piece of evidence that can be looked at. An id stands for its content, which never changes once it is there.';

create or replace function agora.snapshot_checks(item uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'id', k.id,
        'check_method', k.check_method,
        'result', k.result,
        'organization', k.organization,
        'by', k.by,
        'at', to_char(k.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by k.check_method), '[]')
      from (select distinct on (k.check_method) k.*
              from agora.vcheck k where k.evidence_id = item
             order by k.check_method, k.seq desc) k);
end $$;
comment on function agora.snapshot_checks is
  'The latest check by each method of a piece of evidence, by method. Who checked and when are in it: a decision rests on both.';

create or replace function agora.snapshot_evidence(wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.id,
        'type', e.type,
        'subtype', e.subtype,
        'document_number', e.document_number,
        'issuer', e.issuer,
        'issuer_country', e.issuer_country,
        'issuer_key', coalesce(agora.plain_key(e.issuer) || '.' || coalesce(e.issuer_country, ''), e.subtype),
        'date_of_issuance', to_char(e.date_of_issuance, 'YYYY-MM-DD'),
        'date_of_expiry', to_char(e.date_of_expiry, 'YYYY-MM-DD'),
        'files', agora.snapshot_files(e.id),
        'checks', agora.snapshot_checks(e.id)) order by e.added_at, e.id), '[]')
      from agora.evidence e
     where e.case_id = wanted and e.removed_at is null);
end $$;
comment on function agora.snapshot_evidence is
  'The evidence of a case that counts, in the order in which it was named. issuer_key: who is one issuer, however written.';

create or replace function agora.case_snapshot(wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
        'case', c.id,
        'person', c.person_id,
        'level', c.level,
        -- Null until the case is sent.
        'policy_version', to_jsonb(c) -> 'policy_version',
        'contact_method', c.contact_method,
        'claims', (select coalesce(jsonb_object_agg(k.name, k.value), '{}') from agora.claim k where k.case_id = c.id),
        'evidence', agora.snapshot_evidence(c.id),
        'duplicates', (select count(distinct d.person_id) from agora.case_duplicates(c) d))
      from agora.vcase c
     where c.id = wanted);
end $$;
comment on function agora.case_snapshot is
  'What a decision on a case rests on: level asked, policy version, claims, evidence with its facts, files and latest checks, and how many other persons may be this one. Canonical: the same facts give the same octets.';

create or replace function agora.case_hash(wanted uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return encode(sha256(convert_to(agora.case_snapshot(wanted)::text, 'UTF8')), 'hex');
end $$;
comment on function agora.case_hash is 'SHA-256 of a case''s snapshot, in hex; null when there is no such case.';
