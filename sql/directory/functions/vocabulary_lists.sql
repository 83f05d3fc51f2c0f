-- The words of forms, all lists in one answer.

create or replace function agora.vocabulary() returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'claims', (select jsonb_agg(jsonb_build_object('code', code, 'label', label, 'group', about, 'format', format) order by place)
                 from agora.claim_name where stated),
    'evidence_types', (select jsonb_agg(jsonb_build_object('code', type || '/' || subtype, 'label', label, 'group', type) order by place)
                         from agora.evidence_type where accepted),
    'check_methods', (select jsonb_agg(jsonb_build_object('code', code, 'label', label, 'group', class) order by place)
                        from agora.check_method where accepted),
    'ask_reasons', (select jsonb_agg(jsonb_build_object('code', code, 'label', label) order by place)
                      from agora.reason_code where used_to = 'ask'),
    'reject_reasons', (select jsonb_agg(jsonb_build_object('code', code, 'label', label, 'group', recourse) order by place)
                         from agora.reason_code where used_to = 'reject'),
    'revoke_reasons', (select jsonb_agg(jsonb_build_object('code', code, 'label', label, 'group', class) order by place)
                         from agora.revoke_reason),
    'suspend_reasons', (select jsonb_agg(jsonb_build_object('code', code, 'label', label, 'group', class) order by place)
                         from agora.suspend_reason where code <> 'recall'),
    'levels', (select jsonb_agg(jsonb_build_object('code', level::text, 'label', label) order by level)
                 from agora.level where agora.level_offered(level)),
    'referee_reasons', (select jsonb_agg(jsonb_build_object('code', code, 'label', label) order by place)
                          from agora.referee_reason),
    'ask_kinds', (select jsonb_agg(jsonb_build_object('code', code, 'label', label) order by place)
                    from agora.word where list = 'ask_kinds'),
    'times_asked', (select jsonb_agg(jsonb_build_object('code', code, 'label', label) order by place)
                      from agora.word where list = 'times_asked'),
    'countries', (select jsonb_agg(jsonb_build_object('code', code, 'label', name) order by name) from agora.country))::text;
end $$;
comment on function agora.vocabulary is 'The words of forms (schema Vocabulary).';

grant execute on function agora.vocabulary() to agora_app;

create or replace function agora.organisation_named(name text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.policy set value = to_jsonb(name) where key = 'organisation.name' and value <> to_jsonb(name);
end $$;
comment on function agora.organisation_named is
  'Keeps the organisation''s name of the configuration, for the sentences that the database makes.';

grant execute on function agora.organisation_named(text) to agora_app;
