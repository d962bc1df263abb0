/** Where the page is one column: the lab is a sheet over it, the player stands at its lower edge. */
export const isSheet = (): boolean => matchMedia('(max-width: 1100px)').matches;
