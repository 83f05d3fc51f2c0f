-- Where a page of results begins: what a cursor holds (agora.search_cursor).
create type agora.search_place as (
  day integer,        -- the search began on, since 2000-01-01: its order is that day's
  quality integer,    -- the place in the order of quality behind which the present hundred begins
  beyond uuid,
  score integer,      -- of the last result shown; null when none of this hundred was
  account_id uuid,
  shown integer,      -- so many were
  total integer,      -- told with the first page
  exact boolean);
comment on type agora.search_place is 'Where a page of results begins, and what the first one told';
