#!/usr/bin/env python3
"""A policy simulated over a million members, each with a case of two or three pieces of evidence and their checks.

usage: tests/bench/verification/simulate.py [MEMBERS]
"""
import os
import pathlib
import re
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from cluster import throwaway  # noqa: E402
from figure import figure, told  # noqa: E402
from stack import Stack  # noqa: E402

MEMBERS = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get('BENCH_MEMBERS', '1000000'))
# Ids in the order of their making, as agora.new_id() gives them.
FILL = """
set session_replication_role = replica;
create function pg_temp.id(kind integer, n integer) returns uuid language sql immutable as $$
  select ('01900000-' || lpad(to_hex(kind), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
insert into agora.person (id) select pg_temp.id(1, n) from generate_series(1, {n}) n;
insert into agora.account (id, person_id, email, handle, given_name, family_name, state)
select pg_temp.id(2, n), pg_temp.id(1, n), 'm' || n || '@bench.example', 'bench-' || n, 'Given' || n, 'Family', 'active'
  from generate_series(1, {n}) n;
insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, contact_method, submitted_at, due_at, decided_at, actor, reference)
select pg_temp.id(3, n), pg_temp.id(2, n), pg_temp.id(1, n), 2 + n % 2, 'approved', pg_temp.id(2, 1), 'x_code_email', now(), now(), now(),
       pg_temp.id(2, n), 'V-' || lpad(to_hex(n), 8, '0') from generate_series(1, {n}) n;
insert into agora.claim (id, person_id, case_id, name, value)
select pg_temp.id(10 + c.i, n), pg_temp.id(1, n), pg_temp.id(3, n), c.name, 'x'
  from generate_series(1, {n}) n, (values (1, 'given_name'), (2, 'family_name'), (3, 'birthdate')) c (i, name);
insert into agora.evidence (id, case_id, type, subtype, issuer, issuer_country)
select pg_temp.id(20 + e.i, n), pg_temp.id(3, n), e.type, e.subtype, e.issuer, 'GB'
  from generate_series(1, {n}) n,
       (values (1, 'document', 'passport', 'Passport office'), (2, 'electronic_record', 'x_professional_register', 'Register'),
               (3, 'electronic_record', 'x_membership_register', 'Society')) e (i, type, subtype, issuer)
 where e.i < 3 or n % 3 = 0;
insert into agora.vcheck (id, evidence_id, check_method, result, by)
select pg_temp.id(30 + k.i, n), pg_temp.id(20 + k.item, n), k.method, 'passed', pg_temp.id(2, 1)
  from generate_series(1, {n}) n,
       (values (1, 1, 'vri'), (2, 1, 'pvr'), (3, 2, 'data'), (4, 3, 'data'), (5, 3, 'auth')) k (i, item, method)
 where (k.item < 3 or n % 3 = 0) and (k.i <> 2 or n % 2 = 1);
insert into agora.verification (id, person_id, account_id, case_id, level, trust_framework, assurance_level, verified_by, remotely, against, valid_until)
select pg_temp.id(40, n), pg_temp.id(1, n), pg_temp.id(2, n), pg_temp.id(3, n), 2 + n % 2, 'x_bench_2026', 'level', 'Bench', true, '{{}}',
       now() + interval '5 years' from generate_series(1, {n}) n;
insert into agora.policy_version (number, policy, state)
select 2, jsonb_set(policy, '{{evidence,electronic_record/x_professional_register,strength}}', '"none"'), 'draft'
  from agora.policy_version where number = 1;
"""


def main():
    """Fill, simulate, print the figures."""
    cluster = throwaway()
    try:
        stack = Stack(cluster.folder / 'var', cluster)
        stack.prepare(topics=False)
        begun = time.monotonic()
        cluster.psql(stack.agora_db, FILL.format(n=MEMBERS))
        cluster.psql(stack.agora_db, 'vacuum analyze')
        told(f'{MEMBERS} members with cases made in {time.monotonic() - begun:.0f} s')
        begun = time.monotonic()
        out = str(stack.ctl('policy', 'simulate', '2'))
        took = time.monotonic() - begun
        figure('simulation_members_scored', int(re.search(r'(\d+) members scored', out).group(1)), 'members', '>=', MEMBERS)
        figure('simulation_losers_found', int(re.search(r'(\d+) would lose', out).group(1)), 'members', '>=', MEMBERS // 4)
        figure(f'simulation_of_{MEMBERS}', took, 's', '<=', 60)
    finally:
        cluster.remove()


main()
