/** Sentences of diagnoses in Korean; `{name}` stands for a parameter. */
export const KOREAN_DIAGNOSES: Readonly<Record<string, string>> = {
  ClusterIPNotReachableFromOutside:
    '{address}은(는) 서비스 {service}의 클러스터 IP로, 클러스터 안에서만 존재합니다. 외부에서는 NodePort나 LoadBalancer를 사용하세요.',
  PodIPNotReachableFromOutside:
    '{address}은(는) 파드 {object}의 주소로, 클러스터 안에서만 존재합니다. 외부에서는 NodePort나 LoadBalancer 서비스를 사용하세요.',
  ClusterNameOutsideCluster:
    '{name}은(는) 클러스터 내부 이름입니다. 파드만 찾을 수 있고 노드와 외부에서는 찾을 수 없습니다.',
  LoadBalancerPending: '서비스 {object}에 아직 외부 주소가 없습니다.',
  'LoadBalancerPending.NoCloud':
    '서비스 {object}이(가) 외부 주소를 기다리지만, 이 클러스터에는 주소를 줄 클라우드 제공자가 없습니다.',
  'LoadBalancerPending.Quota':
    '서비스 {object}에 외부 주소가 없습니다. 클라우드가 허용하는 로드 밸런서 {quota}개를 모두 사용했습니다.',
  'LoadBalancerPending.Slow':
    '서비스 {object}에 아직 외부 주소가 없습니다. 클라우드가 로드 밸런서를 만드는 중입니다.',
  'LoadBalancerPending.OtherClass':
    '서비스 {object}은(는) {class} 클래스의 로드 밸런서를 기다리지만, 여기에는 그 구현이 없습니다.',
  NameInOtherNamespace:
    '{service}은(는) {found} 네임스페이스가 아니라 {expected}에 있습니다. 이름은 {service}.{expected}입니다.',
  NameNotFound: '{name}(이)라는 이름은 없습니다.',
  'NameNotFound.NearMiss': '{name}(이)라는 이름은 없습니다. 혹시 {expected}인가요?',
  ExternalNameNotFound: '서비스 {object}은(는) {found}의 별칭인데, 그 이름이 존재하지 않습니다.',
  'ExternalNameNotFound.NearMiss':
    '서비스 {object}은(는) {found}의 별칭인데, 그 이름이 존재하지 않습니다. 혹시 {expected}인가요?',
  NameServerUnreachable: '네임 서버 {found}이(가) 응답하지 않습니다.',
  'NameServerUnreachable.Pod':
    '파드 {object}은(는) 네임 서버 {found}에 묻지만 응답이 없습니다. 클러스터의 네임 서버는 {expected}입니다.',
  PodDoesNotUseClusterDns:
    'dnsPolicy가 {found}이면 파드는 노드의 네임 서버에 묻는데, 그 서버는 {name}을(를) 모릅니다. 예상: {expected}.',
  NameNotValid:
    '{name}은(는) DNS 이름이 될 수 없습니다. {found}은(는) {length}자인데, 이름의 한 부분은 {longest}자를 넘을 수 없습니다.',
  NameNotInSearchPath: '{name}은(는) {tried}(으)로 찾지만, 서비스의 이름은 {expected}입니다.',
  PodNameIsNoDnsName:
    '{name}은(는) 파드의 이름이며, 파드 이름은 DNS에 없습니다. 파드의 주소는 {address}입니다.',
  HeadlessHostNotFound: '서비스 {service}에 {host}(이)라는 엔드포인트가 없습니다.',
  'HeadlessHostNotFound.Pod':
    '파드 {object}은(는) DNS에서 서비스 {service}의 {host}이(가) 아닙니다. {field}: {found}, 예상: {expected}.',
  NoAddressOfFamily: '서비스 {service}에는 {found} 주소만 있고, 보내는 쪽에는 {expected} 주소만 있습니다.',
  'NoAddressOfFamily.Host': '{name}에는 {found} 주소만 있고, 보내는 쪽에는 {expected} 주소만 있습니다.',
  DnsUnavailable: '클러스터의 네임 서버가 응답하지 않습니다({reason}).',
  SelectorMatchesNoPod: '서비스 {object}의 셀렉터({found})에 맞는 파드가 없습니다. 예상: {expected}.',
  NoReplicas: '디플로이먼트 {object}의 복제본이 0개라서 서비스에 파드가 없습니다.',
  NoEndpoints: '서비스 {object}에 셀렉터도 엔드포인트도 없습니다.',
  NoReadyEndpoint: '서비스 {object}의 파드 중 준비된 것이 없습니다({found}).',
  TargetPortNameNotFound:
    '서비스 {object}의 파드에 {found}(이)라는 이름의 컨테이너 포트가 없습니다. 예상: {expected}.',
  'TargetPortNameNotFound.NothingNear':
    '서비스 {object}의 파드에 {found}(이)라는 이름의 컨테이너 포트가 없습니다.',
  TargetPortNotListening:
    '서비스 {object}이(가) 파드 {pod}의 포트 {found}(으)로 보내지만 대기하는 프로세스가 없습니다. 파드는 {expected}에서 대기합니다.',
  PodPortNotListening:
    '파드 {object}의 포트 {found}에서 대기하는 프로세스가 없습니다. 대기 중인 포트: {expected}.',
  'PodPortNotListening.Nothing': '파드 {object}의 {protocol} 포트 {found}에서 대기하는 프로세스가 없습니다.',
  'PortNotExposedByService.Ping':
    '서비스 {object}의 주소는 ping에 응답하지 않습니다. 포트({expected})에 대한 규칙으로만 존재하는 주소입니다.',
  'TargetPortNotListening.Nothing':
    '서비스 {object}이(가) 파드 {pod}의 포트 {found}(으)로 보내지만 대기하는 프로세스가 없습니다.',
  'SelectorMatchesNoPod.NothingNear': '서비스 {object}의 셀렉터({found})에 맞는 파드가 없습니다.',
  'StalePodIP.NoService': '{found} 주소를 가진 파드가 (더 이상) 없습니다. 파드는 언제든 생성되고 소멸됩니다.',
  'StaleClusterIP.NoService': '{found} 주소를 가진 서비스가 (더 이상) 없습니다.',
  AddressFamilyNotInCluster:
    '{found}은(는) {family} 주소인데 이 클러스터에는 {expected}만 있습니다. 그곳으로 가는 경로가 없습니다.',
  AddressFamiliesDiffer:
    '{found}에서 {address}(으)로는 패킷을 보낼 수 없습니다. 둘 다 {family}이어야 합니다.',
  LoopbackSource:
    '{found}에서 보낸 패킷은 {address}(으)로 호스트를 떠날 수 없습니다. 루프백 주소는 안에만 머뭅니다.',
  PortNotExposedByService: '서비스 {object}에 포트 {found}이(가) 없습니다. 있는 포트: {expected}.',
  NodePortOnWrongPort: '노드 포트 {found}은(는) 없습니다. 서비스 {object}의 노드 포트는 {expected}입니다.',
  'NodePortNotServedOnAddress.IPv6Loopback':
    'kube-proxy는 {address}에서 서비스 {object}의 노드 포트를 제공하지 않습니다. 리눅스는 IPv6 루프백 주소를 라우팅하지 않습니다. 노드 {node}의 {expected}을(를) 사용하세요.',
  NodePortNotServedOnAddress:
    'nftables 모드의 kube-proxy는 서비스 {object}의 노드 포트를 노드 {node}의 기본 주소 {expected}에서만 제공하고 {address}에서는 제공하지 않습니다.',
  HostPortOnOtherNode:
    '호스트 포트 {found}은(는) 파드 {pod}이(가) 실행되는 노드 {node}의 {expected}에서만 열려 있습니다.',
  HostPortOnOtherAddress: '파드 {pod}은(는) 호스트 포트 {found}을(를) 노드 {node}의 {expected}에서만 엽니다.',
  NodePortNotOpen:
    '노드의 포트 {found}에서 대기하는 것이 없고, {protocol} 노드 포트를 가진 서비스도 없습니다.',
  ExternalTrafficPolicyLocalWithoutLocalEndpoint:
    '서비스 {object}의 externalTrafficPolicy가 Local인데 노드 {node}에 준비된 파드가 없어 패킷이 버려집니다.',
  InternalTrafficPolicyLocalWithoutLocalEndpoint:
    '서비스 {object}의 internalTrafficPolicy가 Local인데 노드 {node}에 준비된 파드가 없어 패킷이 버려집니다.',
  SourceNotInLoadBalancerSourceRanges:
    '서비스 {object}은(는) {found}만 허용합니다. {address}은(는) 포함되지 않습니다.',
  RulesNotYetWritten: '서비스 {object}의 규칙이 아직 갱신되지 않았습니다. 잠시 기다리세요.',
  StalePodIP:
    '{found} 주소를 가진 파드가 (더 이상) 없습니다. 파드는 언제든 생성되고 소멸됩니다. 주소가 변하지 않는 서비스 {service}을(를) 사용하세요.',
  StaleClusterIP: '{found} 주소를 가진 서비스가 (더 이상) 없습니다. 서비스 {service}이(가) 있습니다.',
  StaleLoadBalancerIP:
    '{found} 주소를 가진 로드 밸런서가 (더 이상) 없습니다. 서비스 {service}은(는) 외부에서 다른 방법으로 접근할 수 있습니다.',
  'StaleLoadBalancerIP.NoService': '{found} 주소를 가진 로드 밸런서가 (더 이상) 없습니다.',
  'DnsUnavailable.NoDns':
    '파드 {object}이(가) 클러스터의 네임 서버로 응답하지만 DNS 응답이 아닙니다. 이미지: {found}.',
  NobodyHasAddress: '{found} 주소를 가진 것이 없습니다.',
  HostPortNotListening:
    '클러스터 밖의 호스트 {host}은(는) 포트 {found}에서 대기하지 않습니다. 대기 중인 포트: {expected}.',
  PodNotScheduled: '파드 {object}에 노드가 배정되지 않았습니다: {reason}',
  PodOnMissingNode:
    '파드 {object}은(는) 존재하지 않는 노드 {found}에 배정되어 있습니다. 있는 노드: {expected}.',
  PodFinished:
    '파드 {object}은(는) 종료되었고({found}, 종료 코드 {exit_code}) restartPolicy에 따라 다시 시작되지 않습니다.',
  ContainerCommandNotFound:
    '파드 {object}의 컨테이너 {container}이(가) 시작되지 않습니다. 명령 {found}이(가) 이미지에 없습니다(종료 코드 {exit_code}).',
  ContainerNotConfigured: '파드 {object}의 컨테이너 {container}을(를) 만들 수 없습니다. {found}.',
  VolumeNotMounted: '파드 {object}이(가) 볼륨을 기다리고 있습니다. {reason}',
  InitContainerNotFinished:
    '파드 {object}이(가) 아직 끝나지 않은 초기화 컨테이너 {container}을(를) 기다리고 있습니다.',
  StartupProbeFailing:
    '파드 {object}은(는) 실행 중이지만 아직 시작 중으로 취급됩니다. 컨테이너 {container}의 시작 프로브가 성공하지 않았습니다.',
  LivenessProbeFailing:
    '파드 {object}의 컨테이너 {container}이(가) 계속 종료됩니다. 활성 프로브가 실패합니다.',
  ReadinessGateNotMet:
    '파드 {object}은(는) 실행 중이지만 준비되지 않았습니다. 준비 게이트 {found}이(가) {expected}이(가) 아닙니다.',
  PodsNotCreated: '디플로이먼트 {object}이(가) 파드를 만들 수 없습니다. {reason}',
  'PodsNotCreated.Paused': '디플로이먼트 {object}에 파드가 없고 일시 중지되어 있습니다({field}: {found}).',
  'PodsNotCreated.Yet': '디플로이먼트 {object}이(가) 아직 파드를 만들지 않았습니다. 잠시 기다리세요.',
  'TargetPortNotListening.Protocol':
    '서비스 {object}이(가) 파드 {pod}의 포트 {port}(으)로 {found}을(를) 보내지만, 파드는 그 포트에서 {expected}(으)로 대기합니다.',
  'PodPortNotListening.Protocol':
    '파드 {object}의 {protocol} 포트 {found}에서 대기하는 프로세스가 없습니다. 대기 중인 포트: {expected}.',
  'PodPortNotListening.Address':
    '파드 {object}은(는) 포트 {found}에서 {address} 주소로만 대기합니다. 다른 곳에서 접근하려면 {expected}에서 대기해야 합니다.',
  'PortNotExposedByService.NodePort':
    '{asked}은(는) 서비스 {object}의 노드 포트로, 노드에 있습니다. 서비스 자체 주소의 포트는 {port}입니다.',
  'PortNotExposedByService.TargetPort':
    '{asked}은(는) 서비스 {object}의 파드 포트입니다. 서비스 자체의 포트는 {port}입니다.',
  'PortNotExposedByService.Protocol':
    '서비스 {object}의 포트 {port}은(는) {protocol}용이며 {found}이(가) 아닙니다.',
  'PortNotExposedByService.Https':
    '서비스 {object}에는 https 포트인 {found}이(가) 없습니다. 일반 HTTP는 포트 {port}에 있습니다.',
  'NodePortOnWrongPort.Protocol':
    '{port}은(는) 서비스 {object}의 {protocol} 노드 포트이며 {asked}용이 아닙니다.',
  NodePortOfOtherFamily:
    '서비스 {object}에는 {found}만 있으므로, {family} 주소인 {address}에는 이 서비스의 노드 포트가 없습니다.',
  ExternalIPNotRouted:
    '{found}은(는) 서비스 {object}의 외부 IP입니다. 노드는 알고 있지만, 외부에서 이 주소로 가는 패킷을 노드로 보내는 경로가 없습니다.',
  EndpointPortNameDiffers:
    '엔드포인트슬라이스 {object}의 포트 이름은 {found}인데 서비스 {service}의 포트 이름은 {expected}입니다. 서로 맞지 않습니다.',
  EndpointNotReady: '서비스 {service}의 수동 엔드포인트 {address}이(가) 준비되지 않음으로 표시되어 있습니다.',
  EndpointAddressDead:
    '서비스 {service}이(가) 수동으로 작성된 엔드포인트 {found}(으)로 보내지만, 그 주소를 가진 것이 없습니다.',
  EndpointPortNotListening:
    '서비스 {service}이(가) 수동 엔드포인트 {address}의 포트 {found}(으)로 보내지만 대기하는 것이 없습니다. 대기 중인 포트: {expected}.',
  'EndpointPortNotListening.Nothing':
    '서비스 {service}이(가) 수동 엔드포인트 {address}의 포트 {found}(으)로 보내지만 대기하는 것이 없습니다.',
  ConntrackFull:
    '{namespace}이(가) 추적할 수 있는 연결 수({field})에 도달하여 새 연결의 첫 패킷이 버려집니다. 끝난 연결은 2분 후에 잊힙니다.',
  'SourcePortInUse.Address': '보내는 쪽에는 사용하라고 지정된 출발지 주소가 없습니다.',
  'SourcePortInUse.NoneLeft':
    '보내는 쪽에 남은 출발지 포트가 없습니다. 방금 끝난 연결의 포트는 잠시 후 다시 사용할 수 있습니다.',
  'HostPortNotListening.Nothing': '클러스터 밖의 호스트 {host}은(는) 포트 {found}에서 대기하지 않습니다.',
  PodStarting: '파드 {object}이(가) 아직 시작 중입니다({found}).',
  PodTerminating: '파드 {object}이(가) 종료되는 중입니다.',
  ImagePullFailing: '파드 {object}이(가) 시작되지 않습니다. 이미지 {found}을(를) 가져올 수 없습니다.',
  'ImagePullFailing.NearMiss':
    '파드 {object}이(가) 시작되지 않습니다. {found}(이)라는 이미지는 없습니다. 혹시 {expected}인가요?',
  ContainerCrashing:
    '파드 {object}의 컨테이너 {container}이(가) 반복해서 종료됩니다(종료 코드 {exit_code}, 재시작 {restarts}회).',
  ReadinessProbeFailing:
    '파드 {object}은(는) 실행 중이지만 준비되지 않았습니다. 컨테이너 {container}의 준비성 프로브가 실패합니다.',
  'ContainerCrashing.Fault':
    '장애 {fault} 때문에 파드 {object}의 컨테이너 {container}이(가) 강제로 종료됩니다. 장애를 삭제하세요.',
  'ReadinessProbeFailing.Fault':
    '파드 {object}은(는) 실행 중이지만 준비되지 않았습니다. 장애 {fault}이(가) 준비 상태를 실패하게 합니다. 장애를 삭제하세요.',
  ReadinessProbePending:
    '파드 {object}은(는) 실행 중이지만 아직 준비되지 않았습니다. 컨테이너 {container}의 준비성 프로브가 아직 실행되지 않았습니다. {seconds}초 후에 실행됩니다.',
  'ImagePullFailing.Fault':
    '파드 {object}이(가) 시작되지 않습니다. 장애 {fault} 때문에 이미지 {found}을(를) 가져올 수 없습니다. 장애를 삭제하세요.',
  'ContainerCrashing.BackOff':
    '파드 {object}의 컨테이너 {container}이(가) 아직 다시 시작되지 않았습니다. 충돌을 일으키던 장애는 끝났고, kubelet이 다시 시도하기 전에 대기하고 있습니다.',
  'ImagePullFailing.BackOff':
    '파드 {object}이(가) 아직 시작되지 않았습니다. 이미지 {found}의 가져오기를 막던 장애는 끝났고, kubelet이 다시 시도하기 전에 대기하고 있습니다.',
  'NodeUnreachable.Fault':
    '노드 {object}에 도달할 수 없습니다({code}). 장애 {fault}({kind})이(가) 활성 상태입니다. 장애를 삭제하세요.',
  'LinkBroken.Fault':
    '{target}의 네트워크 링크가 끊겼습니다({code}). 장애 {fault}({kind})이(가) 활성 상태입니다. 장애를 삭제하세요.',
  'LinkBroken.Loss':
    '{target}의 네트워크 링크에서 패킷이 사라집니다. 장애 {fault}이(가) 전체의 {found}을(를) 잃게 합니다. 장애를 삭제하세요.',
  LinkTooSlow:
    '응답에 {timeout_ms} ms보다 오래 걸립니다. 장애 {fault}이(가) {target}의 링크를 건널 때마다 {latency_ms} ms씩 지연시킵니다. 장애를 삭제하거나 더 오래 기다리세요.',
  'DnsUnavailable.Fault':
    '클러스터의 네임 서버가 응답하지 않습니다({reason}). 장애 {fault}({kind})이(가) 활성 상태입니다. 장애를 삭제하세요.',
  KeptConnectionClosed:
    '유지하던 연결 {name}이(가) 끝났습니다. {backend}:{port}(파드 {pod})이(가) 연결을 닫았습니다. 새 연결을 만드세요.',
  'KeptConnectionClosed.PodGone':
    '유지하던 연결 {name}이(가) 끝났습니다. {backend}:{port}의 파드가 사라지면서 연결을 닫았습니다. 새 연결을 만드세요.',
  KeptConnectionSilent:
    '유지하던 연결 {name}에 {backend}:{port}(파드 {pod})의 응답이 없습니다. 연결 추적이 여전히 그곳으로 보냅니다. 새 연결을 만드세요.',
  'KeptConnectionSilent.PodGone':
    '유지하던 연결 {name}에 응답이 없습니다. 연결 추적이 여전히 파드가 없는 {backend}:{port}(으)로 보냅니다. 새 연결을 만드세요.',
  NodeUnreachable: '노드 {object}에 도달할 수 없습니다({code}).',
  LinkBroken: '가는 길의 네트워크가 끊겼습니다({code}).',
  SenderNotRunning: '보내는 쪽이 아직 아무것도 보낼 수 없습니다({reason}).',
  SourcePortInUse: '요청한 출발지 포트나 주소를 사용할 수 없습니다.',
  ConnectionReset: '{backend}:{port}이(가) 연결을 받은 뒤 끊었습니다.',
  NoAnswer: '{backend}:{port}이(가) {protocol} 요청을 받았지만 제시간에 응답하지 않았습니다.',
  DnsDeniedByNetworkPolicy:
    '네트워크폴리시 {object}이(가) 파드 {pod}을(를) 격리({direction})하는데, DNS 질의({peer})를 허용하는 규칙이 없어 어떤 이름도 찾을 수 없습니다. UDP와 TCP의 53번 포트를 허용하세요.',
  'DeniedByNetworkPolicy.Egress':
    '네트워크폴리시 {policies}이(가) 파드 {pod}의 송신을 격리하는데, {peer}({traffic})(으)로 보내는 것을 허용하는 규칙이 없습니다.',
  'DeniedByNetworkPolicy.Ingress':
    '네트워크폴리시 {policies}이(가) 파드 {pod}의 수신을 격리하는데, {peer}({traffic})을(를) 허용하는 규칙이 없습니다.',
  'DeniedByNetworkPolicy.PortOfService':
    '네트워크폴리시 {object}에 적힌 포트 {found}은(는) 서비스의 포트입니다. 폴리시는 이미 파드로 향하는 패킷을 보므로 파드의 포트 {expected}을(를) 적어야 합니다.',
  'DeniedByNetworkPolicy.PortName':
    '네트워크폴리시 {object}에 적힌 포트 이름 {found}은(는) 파드의 이 포트 이름이 아닙니다. 예상: {expected}.',
  'DeniedByNetworkPolicy.Protocol':
    '네트워크폴리시 {object}은(는) 이 포트를 {found}(으)로만 허용하는데, 패킷은 {expected}입니다.',
  'DeniedByNetworkPolicy.Port':
    '네트워크폴리시 {object}은(는) {peer}에 {found}만 허용하고 {expected}은(는) 허용하지 않습니다.',
  'DeniedByNetworkPolicy.OtherNamespace':
    'podSelector만 있으면 폴리시 자신의 네임스페이스 {found}의 파드만 뜻하는데, {peer}은(는) {namespace}에 있습니다. 네트워크폴리시 {object}의 같은 항목에 namespaceSelector가 필요합니다.',
  'DeniedByNetworkPolicy.NamespaceLabel':
    '네트워크폴리시 {object}은(는) 레이블 {found}의 네임스페이스를 찾는데, {peer}의 네임스페이스 {namespace}에는 그 레이블이 없습니다. 예상: {expected}.',
  'DeniedByNetworkPolicy.PodLabel':
    '네트워크폴리시 {object}은(는) 레이블 {found}의 파드를 찾는데, {peer}의 레이블은 {expected}입니다.',
  'DeniedByNetworkPolicy.OnePeerForTwo':
    '네트워크폴리시 {object}은(는) 한 항목에 podSelector와 namespaceSelector를 함께 적어 둘 다 만족해야 하는데, 그런 파드가 없습니다. 두 항목으로 나누면 하나만 만족해도 됩니다.',
  'DeniedByNetworkPolicy.Except':
    '네트워크폴리시 {object}이(가) {found}을(를) 제외하는데, {peer}이(가) 그 안에 있습니다.',
  'DeniedByNetworkPolicy.SourceIsNode':
    '네트워크폴리시 {policies}은(는) {client}을(를) 허용하지만, 노드가 보낸 쪽 주소를 자기 주소로 바꾸어 파드 {pod}에는 {peer}(으)로 보입니다.',
  DroppedByRule: '{namespace}의 {chain} 체인에 있는 규칙이 패킷을 막았습니다.',
  Undelivered: '{address}(으)로 가던 패킷이 {namespace}에서 멈췄습니다({code}).',
};
