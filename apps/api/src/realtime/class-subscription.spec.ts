import { ClassSubscription } from './class-subscription';
import { type ClientSocket, QUEUE_MESSAGES } from './unsent';

/** A socket whose client reads nothing: what is emitted stays in the buffer. */
function silentSocket() {
  const writeBuffer: unknown[] = [];
  const emitted: string[] = [];
  const emit = (name: string, event: unknown) => {
    emitted.push(name);
    writeBuffer.push(event);
  };
  return { socket: { emit, conn: { writeBuffer } } as unknown as ClientSocket, emitted };
}

function subscribed() {
  const { socket, emitted } = silentSocket();
  let overs = 0;
  const subscription = new ClassSubscription(socket, 'ann', 'k', null, () => overs++);
  const say = () => subscription.emit((to) => to.emit('broadcast', { class: 'k', cluster: null }));
  return { subscription, emitted, say, overs: () => overs };
}

it('what comes before the answer waits for it, in order', () => {
  const { subscription, emitted, say } = subscribed();
  say();
  expect(emitted).toEqual([]);
  subscription.begin();
  say();
  expect(emitted).toEqual(['broadcast', 'broadcast']);
});

it.each([
  ['a client that reads nothing', true],
  ['an answer that does not go out', false],
])('%s ends it, told once', (_, begins) => {
  const { subscription, emitted, say, overs } = subscribed();
  if (begins) subscription.begin();
  for (let said = 0; said < QUEUE_MESSAGES + 10; said++) say();
  expect(emitted.filter((name) => name === 'gone')).toHaveLength(1);
  expect(emitted.length).toBeLessThanOrEqual(QUEUE_MESSAGES + 2);
  expect(overs()).toBe(1);
});

it('ended, it says nothing more', () => {
  const { subscription, emitted, say, overs } = subscribed();
  subscription.begin();
  subscription.end();
  say();
  subscription.gone('AccessLost');
  expect([emitted, overs()]).toEqual([[], 1]);
});
