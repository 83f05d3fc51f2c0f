-- The scorer: what evidence and checks give, row by row; and that a passed check never lowers it.
begin;
set local search_path = public, pg_temp;

insert into agora.person (id) values ('00000000-0000-7000-8000-00000000c001');
insert into agora.account (id, person_id, email, handle, given_name, family_name, state)
values ('00000000-0000-7000-8000-00000000c002', '00000000-0000-7000-8000-00000000c001', 'score@score.example', 'score-member', 'Ada', 'Example', 'active');

create function pg_temp.case_of(contact boolean default true, claims text[] default '{given_name,family_name,birthdate}') returns uuid
  language plpgsql as $$
declare
  made uuid := agora.new_id();
begin
  delete from agora.vcheck; delete from agora.evidence; delete from agora.claim; delete from agora.vcase_event; delete from agora.vcase;
  insert into agora.vcase (id, account_id, person_id, level, actor, contact_method)
  values (made, '00000000-0000-7000-8000-00000000c002', '00000000-0000-7000-8000-00000000c001', 3,
          '00000000-0000-7000-8000-00000000c002', case when contact then 'x_code_email' end);
  insert into agora.claim (person_id, case_id, name, value)
  select '00000000-0000-7000-8000-00000000c001', made, n, 'x' from unnest(claims) n;
  return made;
end $$;

-- An item as words: 'passport', 'passport expired', 'passport by:ACME', then '+method' passed, '-method' failed, '?method' cannot tell.
create function pg_temp.add_item(id uuid, words text) returns void language plpgsql as $$
declare
  item uuid := agora.new_id();
  word text;
begin
  insert into agora.evidence (id, case_id, type, subtype, issuer, added_at, date_of_issuance, date_of_expiry)
  select item, add_item.id, t.type, t.subtype, substring(words from 'by:(\S+)'), clock_timestamp(),
         case when words ~ 'recent' then current_date - 30 when words ~ 'old' then current_date - 93 end,
         case when words ~ 'expired' then current_date - 1 when words ~ 'today' then current_date end
    from agora.evidence_type t where t.subtype = split_part(words, ' ', 1);
  foreach word in array string_to_array(words, ' ') loop
    if word ~ '^[-+?]' then
      insert into agora.vcheck (evidence_id, check_method, result, by)
      values (item, substr(word, 2), case left(word, 1) when '+' then 'passed' when '-' then 'failed' else 'cannot_tell' end,
              '00000000-0000-7000-8000-00000000c002');
    end if;
  end loop;
end $$;

create function pg_temp.level(items text[], contact boolean default true, claims text[] default '{given_name,family_name,birthdate}')
  returns integer language plpgsql as $$
declare
  id uuid := pg_temp.case_of(contact, claims);
begin
  perform pg_temp.add_item(id, w) from unnest(items) w;
  return (agora.case_level(id) ->> 'level')::integer;
end $$;

select no_plan();

select is(pg_temp.level(items), expected, name)
  from (values
    ('{}'::text[], 1, 'an address that answers is level 1'),
    ('{passport}', 1, 'evidence that nobody checked gives nothing'),
    ('{passport +vri}', 2, 'one document looked at is level 2'),
    ('{bank_statement recent +vdig}', 2, 'a fair one is enough'),
    ('{bank_statement old +vdig}', 1, 'not when it is older than three months'),
    ('{bank_statement +vdig}', 1, 'nor when nobody knows how old it is'),
    ('{x_professional_register +data}', 1, 'a register entry alone shows nobody: anyone may name a number'),
    ('{x_membership_register +data}', 1, 'nor does the membership register alone'),
    ('{x_membership_register +auth}', 1, 'nor a sign-in there without the record'),
    ('{x_membership_register +data +auth}', 2, 'both together are level 2'),
    ('{x_email_domain +x_code_email}', 1, 'a work address supports, but carries no level'),
    ('{"x_web_resource +x_dns","written_attestation +vri"}', 1, 'so do a web page and a letter'),
    ('{"passport +vri +pvr","x_professional_register +data"}', 3, 'strong and fair, both validated, face compared: level 3'),
    ('{"passport +vri +pvp","x_professional_register +data"}', 3, 'also in person'),
    ('{"passport +vri","x_professional_register +data"}', 2, 'not without a face'),
    ('{"passport +vri +pvr","x_professional_register"}', 2, 'not with an item unchecked'),
    ('{"passport +vri +pvr","x_professional_register -data"}', 2, 'not with a check failed'),
    ('{"passport +vri +pvr","x_professional_register ?data"}', 2, 'not with a check that could not tell'),
    ('{"passport +vri +pvr","x_professional_register -data +data"}', 3, 'the later check of a method counts'),
    ('{"passport +vri +pvr","x_professional_register +data -data"}', 2, 'whichever way it went'),
    ('{"passport +vri +pvr -vri","x_professional_register +data"}', 1, 'an item with a failed check is worth nothing'),
    ('{"passport +vri -pvr","x_professional_register +data"}', 1, 'nor one whose face is another'),
    ('{"passport +vri +pvr"}', 2, 'one strong item alone is not level 3'),
    ('{"passport +vcrypt +pvr"}', 3, 'a superior one is'),
    ('{"passport +vcrypt"}', 2, 'not without a face'),
    ('{"passport expired +vcrypt +pvr"}', 2, 'expired, it is strong only'),
    ('{"passport today +vcrypt +pvr"}', 3, 'on its last day it is not expired'),
    ('{"passport expired +vri +pvr","x_professional_register +data"}', 2, 'expired, a strong one is fair'),
    ('{"passport expired +vri +pvr","idcard +vri +pvr"}', 3, 'which is enough beside another'),
    ('{"passport +vri","idcard +vri +pvr"}', 3, 'of two strong ones one is bound'),
    ('{"passport by:Office +vri +pvr","idcard by:Office +vri"}', 2, 'two items of one issuer count once'),
    ('{"passport by:Office +vri +pvr","idcard by:OFFICE. +vri"}', 2, 'however the issuer is written'),
    ('{"passport by:Office +vri +pvr","idcard by:Town +vri"}', 3, 'two issuers count twice'),
    ('{"passport +vri +pvr","passport +vri"}', 2, 'two of a kind without issuers are of one issuer'),
    ('{"bank_statement recent +vri","x_professional_register +data"}', 2, 'two fair ones are not level 3'),
    ('{"driving_permit +data","x_professional_register +data","bank_statement recent +vri"}', 2, 'without a face, no number of items is'),
    ('{"driving_permit +vri +pvr","x_professional_register +data","bank_statement recent +vri"}', 3, 'a driving licence is strong'),
    ('{"driving_permit +vri +pvr","x_membership_register +data +auth"}', 3, 'beside the membership register'),
    ('{"driving_permit +vri","x_membership_register +data +auth"}', 2, 'where the sign-in binds the weaker item only'),
    ('{"passport +vri +pvr","x_professional_register +data",x_web_resource}', 3, 'an unchecked supporting item does not matter')) t (items, expected, name);

select is(pg_temp.level('{passport +vcrypt +pvr}', false), 0, 'without an address that answers there is no level');
select is(pg_temp.level('{passport +vcrypt +pvr,x_email_domain +x_code_email}', false), 3, 'a code to a work address is such an answer');
select is(pg_temp.level('{passport +vcrypt +pvr}', true, '{given_name,family_name}'), 2, 'level 3 needs the date of birth');
select is(pg_temp.level('{passport +vcrypt +pvr}', true, '{given_name}'), 1, 'level 2 needs both names');

-- Adding any passed check to any of many cases never lowers the level.
create function pg_temp.lowered() returns bigint language plpgsql as $$
declare
  made uuid; base integer; n bigint := 0; tried bigint := 0; k record; kinds text[]; marks text[];
begin
  perform setseed(0.42);
  for i in 1 .. 150 loop
    made := pg_temp.case_of();
    for j in 1 .. 1 + (random() * 2)::integer loop
      perform pg_temp.add_item(made, (
        select t.subtype || case when random() < 0.2 then ' expired' else ' recent' end
               || case when random() < 0.3 then ' by:Same' else '' end
               || (select coalesce(string_agg(' ' || substr('+++-?', 1 + (random() * 4)::integer, 1) || m.check_method, ''), '')
                     from agora.evidence_method m where m.subtype = t.subtype and random() < 0.6)
          from agora.evidence_type t order by t.strength = 'none', random() limit 1));
    end loop;
    base := (agora.case_level(made) ->> 'level')::integer;
    for k in select e.id as item, m.check_method from agora.evidence e join agora.evidence_method m using (type, subtype) where e.case_id = made loop
      begin
        insert into agora.vcheck (evidence_id, check_method, result, by)
        values (k.item, k.check_method, 'passed', '00000000-0000-7000-8000-00000000c002');
        tried := tried + 1;
        if (agora.case_level(made) ->> 'level')::integer < base then
          n := n + 1;
        end if;
        raise exception using errcode = 'AG999';
      exception when sqlstate 'AG999' then
        null;
      end;
    end loop;
  end loop;
  if tried < 300 then
    raise exception 'only % checks tried', tried;
  end if;
  return n;
end $$;
select is(pg_temp.lowered(), 0::bigint, 'no passed check lowers a level, in 150 random cases and every check that could be added');

-- What a verifier reads.
create temp table scored as select pg_temp.case_of() as id;
do $$ begin perform pg_temp.add_item(id, 'passport +vri') from scored; end $$;
do $$ begin perform pg_temp.add_item(id, 'x_professional_register') from scored; end $$;
select is(agora.case_level(id) -> 'reasons', '["The member''s e-mail address answers.", "Passport: counts as strong.", "Entry in the professional register: not checked yet."]', 'the reasons are sentences')
  from scored;
select is(agora.case_level(id) -> 'missing', '["Two independent pieces of evidence are needed, one of them strong (passport, identity card, driving licence), or a passport whose signature was verified.", "Compare the face with the strongest piece of evidence.", "Not checked yet: Entry in the professional register."]', 'what is missing for the level asked is told')
  from scored;
update scored set id = pg_temp.case_of(false, '{}');
select is(agora.case_level(id) -> 'missing' -> 0, '"The member''s address must answer a code."', 'first things first') from scored;

select * from finish();
rollback;
