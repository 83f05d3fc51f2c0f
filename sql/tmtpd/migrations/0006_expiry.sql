-- Nodes and messages that go by age, and that the admin interface tells of it.

alter type tmtp.event_type add value if not exists 'node_expired';
alter type tmtp.event_type add value if not exists 'queue_expired';

grant delete on tmtp.node to tmtpd_app;
