import type { LabTools } from '../../features/labs/lab-tools';
import type { ClusterScreenState } from './use-cluster-screen';

/** Where the lab is a sheet over the picture. */
const SHEET = '(max-width: 1100px)';

/** What the lab lets the screen do; a sheet gives way to what is to be seen. */
export function labToolsOf(
  { select, send }: ClusterScreenState,
  setLabOpen: (open: boolean) => void,
): LabTools {
  return {
    select,
    watch: async (from, to) => {
      await send.mutateAsync({ from, to });
      if (!matchMedia(SHEET).matches) return;
      setLabOpen(false);
      window.scrollTo({ top: 0 });
    },
  };
}
