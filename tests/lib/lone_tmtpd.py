"""A tmtpd without agorad: enough for the tests of the protocol and of its clients."""
import os
import socket

from client import wait_for
from stack import Stack, write_secret


class LoneTmtpd(Stack):
    """Prepared and started by `with`; `settings` are tmtpd's, by section. Its end must be clean."""

    def __init__(self, cluster, name, settings=None):
        super().__init__(cluster.folder / name, cluster, suffix='_' + name,
                         settings={'tmtpd': {'oidc Agora': None, **(settings or {})}})

    def __enter__(self):
        self.var.mkdir(mode=0o700)
        self._certificate()
        write_secret(self.admin_token, os.urandom(24).hex() + '\n')
        self._write_configuration()
        self.cluster.make_databases(self.tmtpd_db)
        self.run('tmtpd', '--config', self.tmtpd_conf, '--migrate')
        self.tmtpd.start()
        wait_for(self._listens, why='tmtpd listening')
        return self

    def _listens(self):
        with socket.socket() as s:
            return s.connect_ex(('127.0.0.1', self.tmtp_port)) == 0 and os.path.exists(self.admin_socket)

    def __exit__(self, *failed):
        self.stop()
