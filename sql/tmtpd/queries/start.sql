-- Once at start: nobody is online yet (those who were have been until now), and pieces of messages that were never finished go.
with offline as (
    update tmtp.node set online = false, seen = now() where online
)
delete from tmtp.part p
where not exists (select from tmtp.message m where m.upload = p.upload)
