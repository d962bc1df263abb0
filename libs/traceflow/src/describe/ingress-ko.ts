/** Sentences about load balancers and Ingress in Korean; `{name}` stands for a parameter. */
export const KOREAN_INGRESS: Readonly<Record<string, string>> = {
  'LoadBalancing.Node': '{service}의 로드 밸런서가 정상 노드 {count}개 중 {chosen}을(를) 고릅니다.',
  'LoadBalancing.NoHost': '{service}의 로드 밸런서에 노드가 없어 패킷을 버립니다.',
  'LoadBalancing.HealthyNode':
    '{service}의 로드 밸런서가 노드 {chosen}을(를) 고릅니다. 전체 {total}개 중 {count}개가 정상이고, 비정상: {sick}.',
  'LoadBalancing.NoNode':
    '{service}의 로드 밸런서에는 {total}개 노드 중 정상인 노드가 없어 패킷을 버립니다. 비정상: {sick}.',
  'Application.Ingress.Routed':
    '인그레스 {namespace}/{ingress}: 호스트 {host}와 경로 {path}가 {server}의 {type} {rule}에 맞아 서비스 {service}, 포트 {port}로 보냅니다.',
  'Application.Ingress.HostUnknown':
    '이 컨트롤러의 어떤 인그레스에도 호스트 {host}에 대한 규칙이 없습니다: 404.',
  'Application.Ingress.PathUnknown':
    '인그레스 {namespace}/{ingress}에 호스트 {server}는 있지만 {path}에 맞는 경로가 없습니다: 404.',
  'Application.Ingress.ServiceMissing':
    '인그레스 {namespace}/{ingress}가 가리키는 서비스 {service}가 없습니다: 503.',
  'Application.Ingress.PortMissing':
    '인그레스 {namespace}/{ingress}가 서비스 {service}의 포트 {port}를 가리키지만 그런 포트가 없습니다: 503.',
  'Application.Ingress.NoEndpoints':
    '인그레스 {namespace}/{ingress}가 가리키는 서비스 {service}에 준비된 엔드포인트가 없습니다: 503.',
  'Application.Ingress.Endpoint':
    '컨트롤러가 클러스터 IP를 거치지 않고 서비스 {namespace}/{service}의 엔드포인트 {endpoint}로 직접 보냅니다.',
  'Application.Ingress.ToHttps':
    '호스트 {host}에는 TLS(시크릿 {secret})가 있어 HTTP 요청을 https로 돌립니다.',
  'Application.Ingress.Certificate': '{host}에는 시크릿 {secret}의 인증서가 제시됩니다.',
  'Application.Ingress.SecretMissing':
    '{host}에 대해 인그레스가 시크릿 {secret}을(를) 가리키지만 없으므로 컨트롤러의 가짜 인증서가 제시됩니다.',
  'Application.Ingress.FakeCertificate':
    '{host}의 인증서를 가리키는 인그레스가 없어 컨트롤러의 가짜 인증서가 제시됩니다.',
  'LoadBalancerPending.Failing':
    '서비스 {object}에 외부 주소가 없습니다: 클라우드가 모든 요청에 오류로 답합니다.',
  'LoadBalancerPending.Refused': '서비스 {object}에 외부 주소가 없습니다: {reason}.',
  NoHealthyNode:
    '서비스 {object}의 로드 밸런서에 정상 노드가 없습니다. 어느 노드도 {expected}(으)로 답하지 않습니다({found}). 패킷은 버려집니다.',
  'NoHealthyNode.NoNode': '서비스 {object}의 로드 밸런서에 주어진 노드가 없어 패킷을 버립니다.',
  IngressHostNotMatched: '호스트 {host}에 대한 규칙을 가진 인그레스가 없습니다. 있는 것: {expected}.',
  'IngressHostNotMatched.NoRules':
    '호스트 {host}에 대한 규칙을 가진 인그레스가 없습니다. 컨트롤러에 호스트 규칙이 하나도 없습니다.',
  IngressPathNotMatched: '인그레스 {object}에 {path}에 맞는 경로가 없습니다. 있는 것: {expected}.',
  'IngressPathNotMatched.Exact':
    '인그레스 {object}의 경로 {rule}은(는) Exact라서 {path}에 맞지 않습니다. Prefix라면 맞습니다.',
  IngressWithoutClass: '인그레스 {object}에 클래스가 없어 어떤 컨트롤러도 맡지 않습니다. 기대값: {expected}.',
  IngressClassNotFound: '인그레스 {object}의 클래스 {found}가 없습니다. 기대값: {expected}.',
  IngressOfOtherController:
    '인그레스 {object}의 클래스 {found}은(는) 다른 컨트롤러의 것입니다. 기대값: {expected}.',
  IngressBackendServiceNotFound:
    '인그레스 {object}가 가리키는 서비스 {found}가 같은 네임스페이스에 없습니다. {expected}인가요?',
  'IngressBackendServiceNotFound.OtherNamespace':
    '인그레스 {object}가 가리키는 서비스 {found}는 네임스페이스 {namespace}에 있습니다. 인그레스는 같은 네임스페이스의 서비스만 쓸 수 있습니다.',
  'IngressBackendServiceNotFound.NothingNear':
    '인그레스 {object}가 가리키는 서비스 {found}가 같은 네임스페이스에 없습니다.',
  IngressBackendPortNotFound:
    '인그레스 {object}가 서비스 {service}의 포트 {found}를 가리키지만 있는 포트는 {expected}입니다.',
  IngressBackendNotAnswering:
    '서비스 {service}의 엔드포인트 {endpoint}가 인그레스 컨트롤러에 답하지 않았습니다({found}).',
  IngressHostNotInDns:
    '{found}은(는) 인그레스 {object}의 호스트이지만 DNS에 없습니다. Host: {found} 헤더를 붙여 {expected}로 보내세요.',
  IngressWithoutController: '인그레스 {object}를 맡을 인그레스 컨트롤러가 없습니다.',
  IngressNotTakenUpYet: '인그레스 {object}에 아직 주소가 없습니다. 컨트롤러가 곧 씁니다.',
};
