'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { learningApi } from '../../lib/learning-api';

const SLOW_MS = 1000;

/** Into the lab's cluster, which is made at first touch; `isSlow` once that takes more than a second. */
export function useStartLab(lab: string, classId: string) {
  const router = useRouter();
  const queries = useQueryClient();
  const [isSlow, setSlow] = useState(false);
  const start = useMutation({
    mutationFn: () => learningApi.begin(lab, classId),
    onSuccess: (attempt) => {
      queries.setQueryData(['attempt', attempt.id], attempt);
      void queries.invalidateQueries({ queryKey: ['class-labs', classId] });
      const [cluster, id] = [attempt.cluster, attempt.id].map(encodeURIComponent);
      router.push(`/cluster?id=${cluster}&attempt=${id}`);
    },
  });
  const busy = start.isPending;
  useEffect(() => {
    setSlow(false);
    if (!busy) return;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  return { start, isSlow };
}
