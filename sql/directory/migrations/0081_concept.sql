-- Topics of several schemes in several languages: where a concept comes from (its IRI), what it is called
-- when nobody says in which language, what it was merged into; and topics that members propose.

alter table agora.scheme
  alter column source set default '',
  add column base text;
comment on column agora.scheme.base is 'IRI of the scheme in the file that it was imported from; null without one';
insert into agora.scheme (id, title, source) values ('own', 'Topics of the organisation', 'Made or accepted here');

alter table agora.concept
  add column iri text check (length(iri) between 1 and 1000),
  add column label text,
  add column folded text,
  add column trail text[] not null default '{}',
  add column top boolean not null default false,
  add column merged_into text references agora.concept,
  add column retired_at timestamptz,
  add check (merged_into <> id);
create unique index concept_iri on agora.concept (iri);
create index concept_merged on agora.concept (merged_into) where merged_into is not null;
comment on column agora.concept.iri is 'Identity in the file that it was imported from; null for one that has none';
comment on column agora.concept.label is 'Preferred label where the reader''s language has none: the English one, else one of another language; made from concept_label by its triggers';
comment on column agora.concept.folded is 'That label as search compares it';
comment on column agora.concept.trail is 'One way down to it, widest first: at each step up the narrowest of the broader ones; made by agora.topic_close';
comment on column agora.concept.top is 'Named as a top concept by its scheme: having nothing broader is right';
comment on column agora.concept.merged_into is 'The concept that took its place; it has no labels and no links any more, and stands for that one wherever its id is still written';
comment on column agora.concept.retired_at is 'When an import no longer had it: members keep it, nobody is offered it; null while it is offered';

create function agora.concept_named() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.concept c
     set label = n.label, folded = n.folded
    from (select distinct on (t.concept_id) t.concept_id, l.label, l.folded
            from (select distinct concept_id from touched) t
            left join agora.concept_label l on l.concept_id = t.concept_id and l.kind = 'pref'
           order by t.concept_id, l.lang = 'en' desc, l.lang like 'en-%' desc, l.lang = 'und', l.lang collate "C") n
   where c.id = n.concept_id and (c.label, c.folded) is distinct from (n.label, n.folded);
  return null;
end $$;
comment on function agora.concept_named is 'Keeps agora.concept.label in step with the labels.';
create trigger concept_label_added after insert on agora.concept_label
  referencing new table as touched for each statement execute function agora.concept_named();
create trigger concept_label_changed after update on agora.concept_label
  referencing new table as touched for each statement execute function agora.concept_named();
create trigger concept_label_gone after delete on agora.concept_label
  referencing old table as touched for each statement execute function agora.concept_named();

-- What is there already gets its label and its trail.
update agora.concept c set label = l.label, folded = l.folded
  from agora.concept_label l where l.concept_id = c.id and l.kind = 'pref' and l.lang = 'en';
update agora.concept c
   set trail = (select coalesce(array_agg(a.ancestor_id order by a.distance desc), '{}')
                  from agora.concept_ancestor a where a.concept_id = c.id and a.distance > 0);

alter table agora.concept_label add column made_here boolean not null default false;
comment on column agora.concept_label.made_here is 'Made by an admin, a merge or a member''s proposal: an import leaves it as it is';
alter table agora.concept_relation add column made_here boolean not null default false;
comment on column agora.concept_relation.made_here is 'Made by an admin or a merge: an import leaves it as it is';

create function agora.languages() returns text[]
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return string_to_array(coalesce(current_setting('agora.languages', true), ''), ',');
end $$;
comment on function agora.languages is
  'Languages in which the viewer reads, best first, in lower case, as the service told this session; none when English serves them.';

-- Both have other results or another way from here on (functions/topic.sql, functions/topic_import.sql).
drop function if exists agora.topic_find(text[]);
drop function if exists agora.topic_import(text, text);

create type agora.proposal_state as enum ('proposed', 'accepted', 'merged', 'labelled', 'refused', 'withdrawn');

create table agora.topic_proposal (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account on delete cascade,
  kind agora.topic_kind not null,
  lang text not null check (lang ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
  label text not null check (length(label) between 2 and 100),
  folded text not null check (folded <> ''),
  created_at timestamptz not null default now(),
  state agora.proposal_state not null default 'proposed',
  concept_id text references agora.concept,
  reason text check (length(reason) between 1 and 280),
  decided_at timestamptz,
  check ((state in ('proposed', 'withdrawn')) = (decided_at is null)),
  check ((state in ('accepted', 'merged', 'labelled')) = (concept_id is not null)),
  check (state <> 'refused' or reason is not null)
);
create unique index topic_proposal_once on agora.topic_proposal (account_id, kind, folded) where state = 'proposed';
create index topic_proposal_open on agora.topic_proposal (folded, created_at) where state = 'proposed';
create index topic_proposal_account on agora.topic_proposal (account_id, created_at);
create index topic_proposal_concept on agora.topic_proposal (concept_id) where concept_id is not null;
comment on table agora.topic_proposal is
  'Topics that members miss, in their own words. Only the member and admins see one; it is part of no profile, search or completion until an admin made it a topic.';
comment on column agora.topic_proposal.id is 'Identity';
comment on column agora.topic_proposal.account_id is 'Whose';
comment on column agora.topic_proposal.kind is 'Where in the profile it shall stand';
comment on column agora.topic_proposal.lang is 'Language of the label, BCP 47';
comment on column agora.topic_proposal.label is 'As the member wrote it';
comment on column agora.topic_proposal.folded is 'As search compares it; proposals that are the same here are decided together';
comment on column agora.topic_proposal.created_at is 'Since when it waits';
comment on column agora.topic_proposal.state is 'proposed; accepted: a topic of its own; merged: another topic in its place, the label only found; labelled: another name of a topic; refused; withdrawn by the member';
comment on column agora.topic_proposal.concept_id is 'The topic it became';
comment on column agora.topic_proposal.reason is 'Why it was refused, for the member';
comment on column agora.topic_proposal.decided_at is 'When';
