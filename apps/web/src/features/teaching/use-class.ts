'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { teachingApi } from '../../lib/teaching-api';

export const useClass = (id: string | null) =>
  useQuery({ queryKey: ['class', id], queryFn: () => teachingApi.class(id!), enabled: id !== null });

/** Does something to a class, then asks again for what it may have changed. */
export function useClassRefresh(id: string) {
  const queries = useQueryClient();
  return (part: 'members' | 'invitations' | 'class-labs' | 'class') =>
    queries.invalidateQueries({ queryKey: [part, id] });
}
