/** As the first Evio CNI plugin's generator writes /etc/cni/net.d/10-evio.conf. */
export const originalConf = {
  cniVersion: '0.3.1',
  name: 'k8s-pod-network',
  type: 'evioPlugin',
  bridge: 'evioB1B111B',
  bridgeType: 'OVS',
  bridgeIPv4: '10.244.0.1/16',
  isGateway: true,
  isDefaultGateway: true,
  isIPMasq: true,
  ipam: {
    type: 'host-local',
    subnet: '10.244.0.16/16',
    rangeStart: '10.244.0.2',
    rangeEnd: '10.244.0.254',
  },
  podCIDR: '10.244.0.16/16',
  nodeBits: '8',
  dataStore: '0.0.0.0:42000',
  auth: false,
};
