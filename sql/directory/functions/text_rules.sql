-- What text may be made of, for bodies that come to SQL as a whole; for single fields the same rule is in
-- directory/http/check.c.

create or replace function agora.is_clean(words text, lines boolean default false) returns boolean
  language plpgsql immutable parallel safe set search_path = '' as $$
begin
  -- U+202A to 202E and 2066 to 2069 turn the direction of what follows: one text could look like another.
  return case when lines then translate(words, E'\n\t', '') else words end
         !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]';
end $$;
comment on function agora.is_clean is
  'Whether text has no control characters (line ends and tabs only when lines are allowed) nor any that turn its direction around.';
