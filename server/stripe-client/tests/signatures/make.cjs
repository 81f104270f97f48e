// Signs the payloads with Stripe's own library: npm install stripe@23.1.0; node make.cjs > node.json
const Stripe = require("stripe");
const payloads = require("./payloads.json");
const { webhooks } = new Stripe("sk_test_none");
const keys = [["whsec_parlance", 1767323045], ["whsec_ünïcode", 1893456000]];
const all = payloads.flatMap((payload) =>
  keys.map(([secret, timestamp]) => ({
    payload, secret, at: timestamp,
    header: webhooks.generateTestHeaderString({ payload, secret, timestamp }),
  })));
console.log(JSON.stringify(all, null, 1));
