-- Topics as SKOS has them: a scheme of concepts, labels by language, broader and narrower ones, and the
-- closure of "broader" so that a search for a concept finds what is narrower without recursion.

create table agora.scheme (
  id text primary key check (id ~ '^[a-z][a-z0-9-]*$'),
  title text not null,
  source text not null
);
comment on table agora.scheme is 'A taxonomy that topics come from';
comment on column agora.scheme.id is 'Short name: openalex';
comment on column agora.scheme.title is 'Title for people';
comment on column agora.scheme.source is 'Where it is from, and under which licence';

insert into agora.scheme (id, title, source)
values ('openalex', 'OpenAlex topics', 'OpenAlex, https://openalex.org, CC0');

create table agora.concept (
  id text primary key check (id ~ '^[A-Za-z0-9-]{1,40}$'),
  scheme_id text not null references agora.scheme,
  notation text
);
create index concept_scheme on agora.concept (scheme_id);
comment on table agora.concept is 'A topic; what it is called stands in concept_label';
comment on column agora.concept.id is 'Stable identity in addresses and queries: T12439';
comment on column agora.concept.scheme_id is 'Taxonomy it belongs to';
comment on column agora.concept.notation is 'Kind of step in the taxonomy: domain, field, subfield, topic';

create type agora.label_kind as enum ('pref', 'alt', 'hidden');

create table agora.concept_label (
  concept_id text not null references agora.concept on delete cascade,
  lang text not null check (lang ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
  kind agora.label_kind not null,
  label text not null check (length(label) between 1 and 200),
  folded text not null,
  words tsvector not null,
  primary key (concept_id, lang, kind, label)
);
create unique index concept_label_pref on agora.concept_label (concept_id, lang) where kind = 'pref';
create index concept_label_words on agora.concept_label using gin (words) with (fastupdate = off);
comment on table agora.concept_label is 'What a concept is called: one preferred label a language, any number of others';
comment on column agora.concept_label.concept_id is 'Concept';
comment on column agora.concept_label.lang is 'BCP 47';
comment on column agora.concept_label.kind is 'pref: shown; alt: found and shown as another name; hidden: only found (misspellings)';
comment on column agora.concept_label.label is 'The label';
comment on column agora.concept_label.folded is 'The label as search compares it: agora.fold';
comment on column agora.concept_label.words is 'Words of folded, for completion';

create type agora.concept_link as enum ('broader', 'related', 'exact_match', 'close_match');

create table agora.concept_relation (
  concept_id text not null references agora.concept on delete cascade,
  link agora.concept_link not null,
  other_id text not null references agora.concept on delete cascade,
  primary key (concept_id, link, other_id),
  check (concept_id <> other_id)
);
create index concept_relation_other on agora.concept_relation (other_id, link);
comment on table agora.concept_relation is 'Links between concepts; narrower is broader read backwards';
comment on column agora.concept_relation.concept_id is 'From';
comment on column agora.concept_relation.link is 'broader: other_id is wider than concept_id';
comment on column agora.concept_relation.other_id is 'To';

create table agora.concept_ancestor (
  concept_id text not null references agora.concept on delete cascade,
  ancestor_id text not null references agora.concept on delete cascade,
  distance integer not null check (distance >= 0),
  primary key (concept_id, ancestor_id)
);
create index concept_ancestor_down on agora.concept_ancestor (ancestor_id, distance);
comment on table agora.concept_ancestor is 'Closure of broader, each concept itself included at distance 0; made by agora.topic_close';
comment on column agora.concept_ancestor.concept_id is 'Concept';
comment on column agora.concept_ancestor.ancestor_id is 'Itself or a wider one';
comment on column agora.concept_ancestor.distance is 'Steps between them, the fewest';
