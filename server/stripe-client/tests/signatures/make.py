# Signs the payloads with Stripe's own library: pip install stripe==16.1.0; python make.py > python.json
import json
from stripe import WebhookSignature

payloads = json.load(open("payloads.json"))
print(json.dumps([
    {"payload": payload, "secret": secret, "at": at,
     "header": WebhookSignature.generate_signature_header(payload, secret, at)}
    for payload in payloads
    for secret, at in [("whsec_parlance", 1767323045), ("whsec_ünïcode", 1893456000)]
], indent=1))
