/** Where the page is one column: the lab is a sheet over it, the player stands at its lower edge. */
export const isSheet = (): boolean => matchMedia('(max-width: 1100px)').matches;

/** In one column the panels are below the picture: whoever asks for one is led there. */
export const showPanels = (): void => {
  if (isSheet()) requestAnimationFrame(() => document.getElementById('panels')?.scrollIntoView());
};
