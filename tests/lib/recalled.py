"""A verifier's work, ready to be recalled: members they approved, whom those know, and their contacts on tmtpd.

What years of use would make is written into the tables; what a test then watches happens for real.
"""
from unix_http import ask as ask_unix

BATCH = 1000

# People r1 … rN are recalled, k1 … kM are those they know. Each r knows EACH of the k, in turn.
MEMBERS = """
set session_replication_role = replica;
create temp table made as
select w.kind, n, agora.new_id() as person, agora.new_id() as account,
       translate(upper(md5('{seed}' || w.kind || n)), '0AE', 'GHJ') as uid
  from (values ('r', {recalled}), ('k', {known})) w (kind, count), generate_series(1, w.count) n;
insert into agora.person (id) select person from made;
insert into agora.account (id, person_id, email, handle, given_name, family_name, state, created_at)
select account, person, '{seed}' || kind || n || '@recalled.example', '{seed}-' || kind || n, initcap(kind) || n, 'Recalled', 'active', now() - interval '2 years'
  from made;
insert into agora.profile (account_id, shown_name) select account, initcap(kind) || n || ' Recalled' from made;
insert into agora.tmtp_account (account_id, uid, alias) select account, uid, '{seed} ' || kind || ' member ' || n from made;
create temp table approved as select agora.new_id() as id, * from made where kind = 'r';
insert into agora.vcase (id, account_id, person_id, level, state, sla_class, assigned_to, contact_method, submitted_at, due_at, decided_at,
  step, event, actor, actor_role)
select id, account, person, {level}, 'approved', 'standard', '{verifier}', 'x_code_email', now() - interval '50 days', now() - interval '45 days',
       now() - interval '49 days' + n * interval '1 second', 4, 'approve', '{verifier}', 'verifier' from approved;
insert into agora.vcase_event (case_id, step, event, from_state, to_state, actor, actor_role)
select id, e.step, e.event, e.before::agora.case_state, e.after::agora.case_state, '{verifier}', 'verifier'
  from approved, (values (3, 'take', 'queued', 'in_review'), (4, 'approve', 'in_review', 'approved')) e (step, event, before, after);
insert into agora.claim (person_id, case_id, name, value)
select person, id, c.name, c.value from approved, lateral (values ('given_name', 'R' || n), ('family_name', 'Recalled')) c (name, value);
insert into agora.evidence (case_id, type, subtype, issuer_country) select id, 'document', 'passport', 'GB' from approved;
insert into agora.verification (person_id, account_id, case_id, level, trust_framework, assurance_level, verified_by, remotely, against,
  verified_at, valid_until)
select m.person, m.account, a.id, {level}, 'x_agora_2026', 'level_{level}', 'Society', true, '{{a passport}}',
       now() - interval '49 days' + m.n * interval '1 second', now() + interval '4 years'
  from made m left join approved a on a.account = m.account;
insert into agora.introduction (asker, asked, asker_person, asked_person, ask, why, state, created_at, expires_at, answered_at, connected_at)
select r.account, k.account, r.person, k.person, 'advice', 'Your work on joints is what we need.', 'connected', now() - interval '40 days',
       now() - interval '19 days', now() - interval '39 days', now() - interval '39 days'
  from made r cross join generate_series(0, {each} - 1) d
  join made k on k.kind = 'k' and k.n = 1 + ((r.n - 1) * {step} + d) % {known}
 where r.kind = 'r';
insert into agora.contact (one, other, purpose, introduction_id, wanted, confirmed)
select least(i.asker, i.asked), greatest(i.asker, i.asked), 'introduction', i.id, true, true
  from agora.introduction i join made r on r.account = i.asker;
set session_replication_role = origin;
insert into agora.audit_event (actor, action, subject_kind, subject)
select i.asked, 'introduction.accept', 'introduction', i.id from agora.introduction i join made r on r.account = i.asker
"""
USERS = """
select count(*) from (values ('r', {recalled}), ('k', {known})) w (kind, count), generate_series(1, w.count) n,
  tmtp.register(translate(upper(md5('{seed}' || w.kind || n)), '0AE', 'GHJ'), sha256(('{seed}' || w.kind || n)::bytea), 'laptop',
                '{seed} ' || w.kind || ' member ' || n, null, null, null, null, false)
"""


class Recalled:
    """`recalled` members approved by a verifier (their account's id), each in contact with `each` of `known` others."""

    def __init__(self, stack, verifier, recalled, known, each, seed='recalled', level=3):
        self.stack, self.verifier, self.seed = stack, verifier, seed
        numbers = {'seed': seed, 'recalled': recalled, 'known': known, 'each': each, 'verifier': verifier, 'level': level,
                   'step': max(1, known // recalled)}
        stack.cluster.psql(stack.agora_db, MEMBERS.format(**numbers))
        stack.cluster.psql(stack.tmtpd_db, USERS.format(**numbers))
        pairs = [line.split('|') for line in self.psql(
            "select x.uid, y.uid, c.introduction_id from agora.contact c join agora.tmtp_account x on x.account_id = c.one "
            "join agora.tmtp_account y on y.account_id = c.other join agora.account a on a.id = c.one "
            f"where a.handle like '{seed}-%'").splitlines()]
        for i in range(0, len(pairs), BATCH):
            self.admin('POST', '/v1/contacts:batch', {'put': [{'uids': p[:2], 'ref': p[2]} for p in pairs[i:i + BATCH]]})
        self.contacts = len(pairs)

    def psql(self, statement):
        """What the directory's database answers."""
        return self.stack.cluster.psql(self.stack.agora_db, statement)

    def admin(self, method, path, body=None):
        """Ask tmtpd's admin interface."""
        token = self.stack.admin_token.read_text().strip()
        status, answer = ask_unix(self.stack.admin_socket, method, path, body, {'Authorization': f'Bearer {token}'})[:2]
        assert status == 200, (status, answer)
        return answer

    def on_server(self):
        """Contacts that tmtpd has, all of them."""
        return int(self.stack.cluster.psql(self.stack.tmtpd_db, 'select count(*) from tmtp.contact'))

    def wanted(self):
        """Contacts that the ledger wants, all of them."""
        return int(self.psql('select count(*) from agora.contact where wanted'))

    def unconfirmed(self):
        """Contacts that the ledger has ended and the server has not said so."""
        return int(self.psql('select count(*) from agora.contact where not wanted and confirmed'))
