"""What changes cost, how soon they are found, and what searches feel of a thousand a second."""
import threading
import time

import load
import psycopg2

CHANGES = 200
RATE = 1000

WHO = ('create schema if not exists bench',
       'create table if not exists bench.who as select row_number() over (order by account_id) as n, account_id from agora.profile',
       'create unique index if not exists who_n on bench.who (n)', 'grant usage on schema bench to agora_app',
       'grant select on bench.who to agora_app', 'vacuum analyze bench.who')
CHANGE = r'''\set n random(1, {members})
\set word random(1, 30000)
select agora.profile_patch((select w.account_id from bench.who w where w.n = :n),
  E'{{"fields"\072 {{"title"\072 {{"value"\072 "Engineer ' || (:word)::text || '"}}}}}}', '*')'''


def cost(instance):
    """Milliseconds that a change of a profile takes with its search rows: (p50, p99)."""
    instance.psql(*WHO)
    times = []
    with psycopg2.connect(instance.cluster.dsn(instance.stack.agora_db, 'agora_app')) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for i in range(CHANGES):
            cursor.execute('select w.account_id from bench.who w where w.n = %s', (1 + i * 7919 % instance.members,))
            account = cursor.fetchone()[0]
            begun = time.perf_counter()
            cursor.execute("select agora.profile_patch(%s, %s, '*')", (account, '{"fields": {"title": {"value": "Surveyor %d"}}}' % i))
            times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return load.percentile(times, 0.5), load.percentile(times, 0.99)


def until_found(instance):
    """Seconds from a member's change until a search finds it: the longest of five."""
    longest = 0
    for i in range(5):
        word = f'zyxwv{i}{int(time.time())}'
        etag = instance.client.expect(200, 'GET', 'me/profile').etag
        begun = time.monotonic()
        instance.client.expect(200, 'PATCH', 'me/profile', {'fields': {'title': {'value': word}}}, etag=etag)
        while not instance.client.get('members', q=word)['items']:
            if time.monotonic() - begun > 60:
                return 60
            time.sleep(0.01)
        longest = max(longest, time.monotonic() - begun)
    return longest


def alone(instance):
    """Changes a second with nothing beside them: more there cannot be beside searches."""
    return load.pgbench(instance, [CHANGE.format(members=instance.members)], clients=8)[0]


def beside(instance, paths):
    """Searches while members change at a rate: (changes a second, p99 of the searches in ms without, with)."""
    quiet = load.wrk(instance.stack.url, paths, 16)[2]
    changed = []
    other = threading.Thread(target=lambda: changed.append(load.pgbench(
        instance, [CHANGE.format(members=instance.members)], clients=8, seconds=load.SECONDS + 2, rate=RATE)[0]))
    other.start()
    time.sleep(1)
    busy = load.wrk(instance.stack.url, paths, 16)[2]
    other.join()
    return changed[0], quiet, busy


def rebuild(instance, paths):
    """All search rows made anew while searches go on: (seconds, searches a second meanwhile)."""
    begun, took = time.monotonic(), []

    def make():
        instance.ctl('search', 'rebuild')
        took.append(time.monotonic() - begun)
    other = threading.Thread(target=make)
    other.start()
    rates = [load.wrk(instance.stack.url, paths, 4)[0]]
    while other.is_alive():
        rates.append(load.wrk(instance.stack.url, paths, 4)[0])
    other.join()
    return took[0], sum(rates) / len(rates)
