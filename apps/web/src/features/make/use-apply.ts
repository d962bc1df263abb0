'use client';
import { useMutation } from '@tanstack/react-query';
import { useClusterId } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';

export function useApply() {
  const cluster = useClusterId();
  return useMutation({ mutationFn: (yaml: string) => podlabApi.apply(cluster, yaml) });
}
