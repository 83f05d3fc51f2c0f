select introduction, uid_one, uid_other, wanted, confirmed, pending
from agora.check_contacts()
