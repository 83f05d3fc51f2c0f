"""Two users who write to each other while something is done to their server."""
from inner import post, reply
from tmtpd import wait_until


class Bystanders:
    """Two who write to each other all the while, and count."""

    def __init__(self, server):
        self.server, self.sent = server, 0
        self.alice, self.bobby = server.register('alice'), server.register('bobby')
        server.introduce(self.alice, self.bobby)
        self.pid = server.tmtpd.process.pid

    def write(self):
        """One message, which is the next that comes."""
        assert self.server.tmtpd.alive() and self.server.tmtpd.process.pid == self.pid
        self.sent += 1
        assert 'msgid' in post(self.alice, reply(self.alice), self.bobby, body=b'no. %d' % self.sent)
        assert self.bobby.take()['data'].endswith(b'}no. %d' % self.sent)

    def nothing_was_lost(self):
        """Everything came, once, and all that was given up has left the database."""
        assert self.bobby.kept == [] and self.alice.kept == []
        self.alice.quit()
        self.bobby.quit()
        bobby = self.server.login(self.bobby)
        bobby.take('login')
        assert 'msgid' in bobby.post(data=b'x')
        assert bobby.kept == []  # nothing a second time
        wait_until(lambda: self.server.sql('select count(*) from tmtp.part p where not exists '
                                           '(select from tmtp.message m where m.upload = p.upload)') == '0')
