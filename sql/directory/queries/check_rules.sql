select rule, subject from agora.check_introductions()
union all
select rule, subject from agora.check_work()
