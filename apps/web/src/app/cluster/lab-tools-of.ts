import type { LabTools } from '../../features/labs/lab-tools';
import { isSheet } from './is-sheet';
import type { ClusterScreenState } from './use-cluster-screen';

/** What the lab lets the screen do; a sheet gives way to what is to be seen. */
export function labToolsOf(
  { select, send, make }: ClusterScreenState,
  setLabOpen: (open: boolean) => void,
): LabTools {
  return {
    select,
    make,
    watch: async (from, to) => {
      await send.mutateAsync({ from, to });
      if (!isSheet()) return;
      setLabOpen(false);
      window.scrollTo({ top: 0 });
    },
  };
}
