select account, uid
from agora.tmtp_linked()
