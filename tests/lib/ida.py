"""The rules of OpenID Identity Assurance Schema Definition 1.0 for verified_claims, as a JSON schema of our own writing.

From its sections on verified_claims, verification, evidence and check_details, and its table of names; names of ours begin
with x_. The schema is stricter than the specification where that says only "string".
"""
import jsonschema

TIME = {'type': 'string', 'pattern': r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$'}
DOCUMENTS = ('idcard passport driving_permit residence_permit visa military_id voter_id pilot_permit firearm_permit birth_certificate '
             'adoption_certificate marriage_certificate gender_certificate education_certificate bank_statement utility_statement '
             'mortgage_statement loan_statement tax_statement social_security_statement').split()
RECORDS = ('birth_register population_register voter_register adoption_register marriage_register death_register fraud_register education '
           'military bank_account utility_account mortgage_account loan_account mno tax social_security prison_record '
           'x_professional_register x_membership_register x_employer_directory x_email_domain x_web_resource').split()
METHODS = ('vpip vpiruv vri vdig vcrypt data auth token kbv pvp pvr bvp bvr x_code_email x_code_phone x_code_post x_rel_me x_dns '
           'x_well_known x_vouch x_vouch_known').split()
CLAIMS = ('given_name middle_name family_name birthdate place_of_birth nationalities birth_family_name birth_given_name birth_middle_name '
          'title salutation msisdn also_known_as address email x_profession x_licence_number x_register x_licence_status x_jurisdiction '
          'x_speciality x_post_nominals x_membership_grade x_member_since x_standing').split()


def _object(required, **properties):
    return {'type': 'object', 'required': required, 'properties': properties, 'additionalProperties': False}


COUNTRY = _object([], country_code={'type': 'string', 'pattern': '^[A-Z]{2,3}$'})
CHECK = _object(['check_method'], check_method={'enum': METHODS}, organization={'type': 'string'}, check_id={'type': 'string'}, time=TIME)
CHECKS = {'type': 'array', 'minItems': 1, 'items': CHECK}
EVIDENCE = {'oneOf': [
    _object(['type', 'document_details'], type={'const': 'document'}, check_details=CHECKS,
            document_details=_object(['type'], type={'enum': DOCUMENTS}, issuer=COUNTRY)),
    _object(['type', 'record'], type={'const': 'electronic_record'}, check_details=CHECKS,
            record=_object(['type'], type={'enum': RECORDS}, source=COUNTRY)),
    _object(['type', 'attestation'], type={'const': 'vouch'}, check_details=CHECKS,
            attestation=_object(['type'], type={'enum': ['written_attestation', 'digital_attestation']}))]}
PROCESS = _object([], policy={'type': 'string'}, procedure={'type': 'string'}, assurance_details={'type': 'array', 'minItems': 1, 'items': _object(
    [], assurance_type={'enum': ['evidence_validation', 'verification', 'counter_fraud']}, assurance_classification={'type': 'string'},
    evidence_ref={'type': 'array', 'minItems': 1, 'items': _object(['check_id'], check_id={'type': 'string'}, evidence_metadata=_object(
        [], evidence_classification={'type': 'string'}))})})
VERIFIED_CLAIMS = _object(
    ['verification', 'claims'],
    verification=_object(['trust_framework'], trust_framework={'type': 'string', 'pattern': '^[A-Za-z][A-Za-z0-9_]*$'},
                         assurance_level={'type': 'string'}, assurance_process=PROCESS, time=TIME, verification_process={'type': 'string'},
                         evidence={'type': 'array', 'minItems': 1, 'items': EVIDENCE}),
    claims={'type': 'object', 'minProperties': 1, 'propertyNames': {'enum': CLAIMS},
            'properties': {'birthdate': {'type': 'string', 'pattern': r'^\d{4}-\d\d-\d\d$'},
                           'nationalities': {'type': 'array', 'items': {'type': 'string', 'pattern': '^[A-Z]{2,3}$'}},
                           'place_of_birth': {'type': 'object'}, 'address': {'type': 'object'}},
            'additionalProperties': {'type': 'string'}})


def check(verified_claims):
    """Raise where verified_claims breaks the rules; gives it back."""
    jsonschema.validate(verified_claims, VERIFIED_CLAIMS)
    named = {c['check_id'] for e in verified_claims['verification'].get('evidence', []) for c in e['check_details']}
    for detail in verified_claims['verification'].get('assurance_process', {}).get('assurance_details', []):
        for ref in detail['evidence_ref']:
            assert ref['check_id'] in named, 'a reference to a check that is not told'
    return verified_claims
