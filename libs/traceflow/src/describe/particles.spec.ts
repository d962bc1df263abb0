import { renderText } from './render';
import { withParticles } from './particles';

it.each([
  ['10.244.1.3은(는) 여기 있습니다', '10.244.1.3은 여기 있습니다'],
  ['10.244.1.2은(는) 여기 있습니다', '10.244.1.2는 여기 있습니다'],
  ['10.244.1.3:80이(가) 10.96.0.11(으)로', '10.244.1.3:80이 10.96.0.11로'],
  ['172.18.0.4을(를) 172.18.0.6(으)로', '172.18.0.4를 172.18.0.6으로'],
  ['규칙이(가) 서비스을(를) 노드(으)로 서울(으)로', '규칙이 서비스를 노드로 서울로'],
  ['svc.cluster.local은(는) nginx이(가) cni0(으)로', 'svc.cluster.local은 nginx가 cni0으로'],
  ['Pod(app=web)이(가), “a/”이(가)', 'Pod(app=web)이(가), “a/”가'],
  ['Service은(는) web을(를) eth(으)로', 'Service은(는) web을(를) eth(으)로'],
  ['Refused(이)라고 node-a(이)라는 이름', 'Refused(이)라고 node-a라는 이름'],
  ['은(는)', '은(는)'],
])('%s: %s', (text, read) => expect(withParticles(text)).toBe(read));

it('a sentence in Korean is told so, one in English as before', () => {
  const params = { source: '10.244.2.3:32770', destination: '10.96.0.1:80', kind: 'syn' };
  expect(renderText('Socket.Sent', params, 'ko')).toBe(
    '10.244.2.3:32770이 10.96.0.1:80으로 syn 패킷을 보냅니다.',
  );
  expect(renderText('Socket.Sent', { ...params, source: '이(가)' }, 'en')).toContain('이(가)');
});
