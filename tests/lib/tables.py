"""The whole content of an instance's database, to show that something changed nothing, or holds nothing."""
NAMES = "select relname from pg_class where relnamespace = 'agora'::regnamespace and relkind = 'r' and relname !~ '^concept'"


def content(instance, but=()):
    """{table: (rows, hash over all of them)}. Sessions are left out: each request may mark one as used; so are the
    large tables of the taxonomy, the hashes of persons, which the worker makes when it comes to it, the counts of whom a search
    has shown and to how many, and how far the daily pass over everybody is."""
    moving = ('session', 'person_key', 'person_key_due', 'search_seen', 'search_exposure', 'search_daily', *but)
    names = [r[0] for r in instance.sql(NAMES) if r[0] not in moving]
    rows = instance.sql(' union all '.join(
        f"select '{t}', count(*), md5(string_agg(t::text, chr(10) order by t::text)) from agora.\"{t}\" t" for t in names))
    return {t: (n, digest) for t, n, digest in rows}
