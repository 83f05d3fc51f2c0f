-- Who may be the same person.

create or replace function agora.case_duplicates(c agora.vcase)
  returns table (person_id uuid, handle text, shown_name text, why text)
  language sql stable set search_path = '' as $$
  select o.person_id, a.handle, a.given_name || ' ' || a.family_name, min(o.why)
    from (
      select k.person_id, k.account_id, 'Same name and date of birth' as why
        from agora.vcase k
       where k.identity_key = c.identity_key and k.person_id <> c.person_id and k.state not in ('draft', 'withdrawn')
      union all
      select k.person_id, k.account_id, 'Same number of a document: ' || t.label
        from agora.evidence mine
        join agora.evidence other on other.subtype = mine.subtype and other.number_key = mine.number_key
        join agora.vcase k on k.id = other.case_id
        join agora.evidence_type t on t.type = mine.type and t.subtype = mine.subtype
       where mine.case_id = c.id and mine.number_key <> '' and k.person_id <> c.person_id
         and k.state not in ('draft', 'withdrawn')) o
    join agora.account a on a.id = o.account_id
   group by o.person_id, a.handle, a.given_name, a.family_name
$$;
comment on function agora.case_duplicates is
  'Other persons who may be this one: the same name and date of birth, or the same document, in a case that was sent.';
