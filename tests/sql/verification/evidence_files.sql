-- Files of evidence: every act × every state × everyone who may try; what leaves when, and what stays as the receipt.
begin;
set local search_path = public, pg_temp;

create function pg_temp.account(name text, roles agora.account_role[] default '{}') returns uuid language sql as $$
  with human as (insert into agora.person default values returning id)
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  select id, name || '@files.example', 'files-' || name, name, 'Example', 'active', roles from human
  returning id
$$;
create temp table caller as
  select 'member' as name, pg_temp.account('member') as id
  union all select 'other', pg_temp.account('other')
  union all select 'verifier', pg_temp.account('verifier', '{verifier}')
  union all select 'colleague', pg_temp.account('colleague', '{verifier}')
  union all select 'admin', pg_temp.account('admin', '{admin}')
  union all select 'nobody', agora.new_id();
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from caller where name = wanted';

create temp table it (vcase uuid, evidence uuid, begun uuid, ready uuid);

-- A case in a state, with a file of which a part has come and one that is ready.
create function pg_temp.make(wanted agora.case_state) returns void language plpgsql as $$
declare
  me agora.account;
  c uuid := agora.new_id();
  e uuid := agora.new_id();
  begun uuid := agora.new_id();
  ready uuid := agora.new_id();
begin
  select a.* into me from agora.account a where a.id = pg_temp.who('member');
  set local session_replication_role = replica;
  delete from agora.evidence_view;
  delete from agora.evidence_piece;
  delete from agora.evidence_page;
  delete from agora.evidence_key;
  delete from agora.evidence_blob;
  delete from agora.evidence;
  delete from agora.vcase;
  insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, submitted_at, due_at, decided_at, actor)
  values (c, me.id, me.person_id, 2, wanted, case when wanted in ('in_review', 'needs_member', 'approved', 'rejected') then pg_temp.who('verifier') end,
          now(), now(), case when wanted in ('approved', 'rejected') then now() end, me.id);
  insert into agora.evidence (id, case_id, type, subtype) values (e, c, 'document', 'passport');
  insert into agora.evidence_blob (id, case_id, evidence_id, bound_to, account_id, key_id, shown_name, octets, received, state)
  values (begun, c, e, e, me.id, begun, 'a.png', 100, 40, 'receiving'), (ready, c, e, e, me.id, ready, 'b.png', 100, 100, 'ready');
  insert into agora.evidence_key (id, blob_id, master, wrapped)
  select b, b, '0123456789abcdef', decode(repeat('00', 72), 'hex') from unnest(array[begun, ready]) b;
  insert into agora.evidence_page (blob_id, page, media_type, width, height, octets) values (ready, 1, 'image/jpeg', 1, 1, 10);
  insert into agora.evidence_piece (blob_id, page, at_offset, octets, sealed)
  values (begun, 0, 0, 40, decode(repeat('00', 81), 'hex')), (ready, 1, 0, 10, decode(repeat('00', 51), 'hex'));
  delete from it;
  insert into it values (c, e, begun, ready);
  set local session_replication_role = origin;
end $$;

-- Does it as somebody and undoes it; 'done', 'none' where a list is empty, or the SQLSTATE.
create function pg_temp.tried(act text, viewer uuid) returns text language plpgsql as $$
declare
  i it;
  done text := 'done';
begin
  select * into i from it;
  case act
    when 'begin' then perform agora.evidence_begin(viewer, i.vcase, i.evidence, 'c.png', 10, agora.new_id(), '0123456789abcdef', decode(repeat('00', 72), 'hex'));
    when 'part' then perform agora.evidence_part(viewer, i.begun, 40, 10, decode(repeat('00', 51), 'hex'));
    when 'remove' then perform agora.evidence_remove(viewer, i.ready);
    when 'look' then perform agora.evidence_look(viewer, i.ready, 1);
    when 'get' then perform agora.evidence_get(viewer, i.ready);
    when 'list' then
      done := case agora.evidence_list(viewer, i.vcase)::jsonb -> 'files' when '[]' then 'none' else 'done' end;
    when 'choose' then perform agora.evidence_choose(viewer, i.vcase, true);
    when 'note' then perform agora.evidence_noted(viewer, i.ready, 'A passport.');
  end case;
  raise exception using errcode = 'UNDO0';
exception
  when sqlstate 'UNDO0' then return done;
  when others then return sqlstate;
end $$;

create temp table may (act text, state agora.case_state, caller text);
insert into may
select a, s, 'member' from unnest(array['begin', 'part', 'remove']) a, unnest('{draft,needs_member}'::agora.case_state[]) s
union all select a, s, 'member' from unnest(array['look', 'get', 'list']) a, unnest('{draft,submitted,in_review,needs_member,approved,rejected,withdrawn}'::agora.case_state[]) s
union all select 'choose', s, 'member' from unnest('{draft,submitted,in_review,needs_member}'::agora.case_state[]) s
union all select a, s, 'verifier' from unnest(array['look', 'get', 'list']) a, unnest('{in_review,needs_member}'::agora.case_state[]) s;

create temp table seen (act text, state agora.case_state, caller text, result text);
do $$
declare
  s agora.case_state;
begin
  foreach s in array '{draft,submitted,in_review,needs_member,approved,rejected,withdrawn}'::agora.case_state[] loop
    perform pg_temp.make(s);
    insert into seen
    select a, s, c.name, pg_temp.tried(a, c.id)
      from unnest(array['begin', 'part', 'remove', 'look', 'get', 'list', 'choose', 'note']) a, caller c;
  end loop;
end $$;

select plan(26);
select is((select count(*) from seen), (8 * 7 * 6)::bigint, 'every act was tried in every state by everyone');
select is_empty('select act, state, caller, result from seen where (act, state, caller) in (table may) and result <> ''done''',
                'what may be done is done');
-- Whoever decided a case still sees it, but no file of it.
select results_eq('select act, state, caller from seen where result = ''none'' order by state',
                  $$values ('list', 'approved'::agora.case_state, 'verifier'), ('list', 'rejected', 'verifier')$$,
                  'who sees the case but not its files has an empty list');
select is_empty('select act, state, caller, result from seen where (act, state, caller) not in (table may) and result not in (''none'', ''AG001'', ''AG002'', ''AG003'')',
                'all else is refused with an error of the registry');
select is_empty($$select * from seen where caller in ('other', 'colleague', 'admin', 'nobody') and result <> 'AG001'$$,
                'for those whom it does not concern it does not exist');

select pg_temp.make('in_review');
select lives_ok(format('select agora.evidence_look(%L, %L, 1)', pg_temp.who('verifier'), (select ready from it)), 'the verifier looks');
select results_eq('select actor, detail ->> ''as'' from agora.audit_event where action = ''evidence.view'' and subject = (select ready from it)',
                  format('values (%L::uuid, ''verifier'')', pg_temp.who('verifier')), 'which is in the audit log');
select is((agora.evidence_get(pg_temp.who('member'), (select ready from it))).body::jsonb -> 'views' -> 0 ->> 'as', 'verifier',
          'the member reads the role');
select is((agora.evidence_get(pg_temp.who('verifier'), (select ready from it))).body::jsonb -> 'views', null, 'a verifier does not read who else looked');

update agora.evidence_blob set leaving_at = now(), why = 'removed' where id = (select ready from it);
select is(agora.evidence_destroy(array[(select ready from it), agora.new_id()]), 1::bigint, 'what is named and there is destroyed');
select is(agora.evidence_destroy(array[(select ready from it)]), 0::bigint, 'once');
select is((select count(*) from agora.evidence_key where blob_id = (select ready from it)), 0::bigint, 'its key is gone');
select is((select (destroyed_at is not null, shown_name is null, key_id is not null)::text from agora.evidence_blob where id = (select ready from it)),
          '(t,t,t)', 'the receipt stays, without the name');
select throws_ok(format('select agora.evidence_look(%L, %L, 1)', pg_temp.who('member'), (select ready from it)), 'AG001', null, 'nobody sees it');

-- Look, note, do not keep, before the decision.
select pg_temp.make('in_review');
select throws_ok(format('select agora.evidence_noted(%L, %L, ''x'')', pg_temp.who('verifier'), (select ready from it)), 'AG003', null,
                 'what the organisation keeps is not destroyed');
insert into agora.evidence_choice values ((select vcase from it), true);
select throws_ok(format('select agora.evidence_noted(%L, %L, ''x'')', pg_temp.who('verifier'), (select ready from it)), 'AG003', null,
                 'nor what was not looked at');
select agora.evidence_look(pg_temp.who('verifier'), (select ready from it), 1);
select throws_ok(format('select agora.evidence_noted(%L, %L, '' '')', pg_temp.who('verifier'), (select ready from it)), 'AG004', null,
                 'nor without a note');
update agora.policy set value = '2' where key = 'verification.two_persons_level';
select throws_ok(format('select agora.evidence_noted(%L, %L, ''x'')', pg_temp.who('verifier'), (select ready from it)), 'AG003', null,
                 'nor what a second person is still to see');
update agora.policy set value = '4' where key = 'verification.two_persons_level';
create temp table before as select agora.case_hash(vcase) as hash from it;
select is(agora.evidence_noted(pg_temp.who('verifier'), (select ready from it), ' A passport, her photograph. '), true, 'the verifier notes it');
select is((select (why, note)::text from agora.evidence_blob where id = (select ready from it)), '(noted,"A passport, her photograph.")',
          'what was written down stays');
select is((select hash from before), (select agora.case_hash(vcase) from it), 'what a decision rests on stays the same');
select throws_ok(format('select agora.evidence_look(%L, %L, 1)', pg_temp.who('verifier'), (select ready from it)), 'AG001', null, 'nobody sees the file');
select is((agora.evidence_get(pg_temp.who('member'), (select ready from it))).body::jsonb -> 'note', null, 'the note is for verifiers');
select is(agora.evidence_destroy(array[(select ready from it)]), 1::bigint, 'the file is destroyed');

select is(has_table_privilege('agora_app', 'agora.evidence_key', 'select'), false, 'the service reads keys by functions alone');
select throws_ok('insert into agora.evidence_view (blob_id, page, viewer, seen_as) select ready, 1, pg_temp.who(''other''), ''admin'' from it',
                 '23514', null, 'an admin is nobody who looks');
select * from finish();
rollback;
