// Makes the owner of a fresh n8n and a key of its public API, and prints the key. node make-key.mjs http://127.0.0.1:PORT
import { randomBytes } from 'node:crypto';

const [url] = process.argv.slice(2);
const person = { email: 'owner@example.com', firstName: 'Own', lastName: 'Er', password: `Pw1-${randomBytes(18).toString('hex')}` };
const scopes = ['list', 'read', 'create', 'update', 'delete', 'activate', 'deactivate'].map((word) => `workflow:${word}`)
    .concat(['list', 'read', 'retry', 'stop'].map((word) => `execution:${word}`), 'credential:create');

async function post(path, body, cookie) {
    const answer = await fetch(`${url}/rest/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'browser-id': 'steward-tests', ...(cookie ? { cookie } : {}) },
        body: JSON.stringify(body),
    });
    if (!answer.ok) {
        throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }

    return answer;
}

const owner = await post('owner/setup', person);
const cookie = owner.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
const made = await (await post('api-keys', { label: 'steward-tests', expiresAt: null, scopes }, cookie)).json();
console.log(made.data.rawApiKey);
