-- Who may be the same person.

create or replace function agora.case_duplicates(c agora.vcase)
  returns table (person_id uuid, handle text, shown_name text, why text)
  language plpgsql stable set search_path = '' as $$
begin
  return query
    select o.person_id, coalesce(a.handle, ''), coalesce(a.given_name || ' ' || a.family_name, 'A former member'), min(o.why)
      from (
        select other.person_id,
               case other.source_kind when 'case' then k.account_id else other.source end as account_id,
               case mine.kind
                 when 'name_birthdate' then 'Same name and date of birth'
                 when 'email' then 'Same e-mail address'
                 else 'Same number of a document: ' || coalesce(t.label, 'number of a licence') end as why
          from agora.person_key mine
          join agora.person_key other on other.hash = mine.hash and other.kind = mine.kind and other.key_id = mine.key_id
          left join agora.vcase k on k.id = other.source
          left join agora.evidence_type t on t.subtype = mine.about
         where mine.source in (c.id, c.account_id) and other.person_id <> c.person_id
           and coalesce(k.state not in ('draft', 'withdrawn'), true)) o
      left join agora.account a on a.id = o.account_id and a.state <> 'erased'
     group by o.person_id, a.handle, a.given_name, a.family_name;
end $$;
comment on function agora.case_duplicates is
  'Other persons who may be this one, by the keyed hashes of both (agora.person_key): the same name and date of birth, document, licence or address, in a case that was sent or an account. One who was erased is found too, without a name.';
