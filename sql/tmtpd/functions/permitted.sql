-- Who may write to whom by the policy `introduced` (docs/tmtp-admin.md), the one place of that rule.
-- Meant for a known sender and target: without both it is every pair of users.
create or replace view tmtp.permitted as
select s.id as sender, t.id as target
from tmtp.account s
cross join tmtp.account t
where s.id = t.id or s.service or t.service or exists (
    select
    from tmtp.contact c
    where c.a = least(s.id, t.id) and c.b = greatest(s.id, t.id)
        and (c.until is null or c.until > now()) and (c.first is null or c.first = s.id));
comment on view tmtp.permitted is 'Who may write to whom: oneself, contacts, and to and from services.';
comment on column tmtp.permitted.sender is 'Who may write.';
comment on column tmtp.permitted.target is 'To whom.';
grant select on tmtp.permitted to tmtpd_app;
