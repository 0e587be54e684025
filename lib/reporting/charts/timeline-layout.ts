/** Measures of a timeline and of what stands aligned with it, px. */
export const width = 1000;
export const marginLeft = 62;
export const marginRight = 14;
export const innerWidth = width - marginLeft - marginRight;
/** Room for the heading above everything. */
export const headHeight = 44;
/** Room for the axis of time below everything. */
export const axisHeight = 34;

/** Colours that differ in lightness as well, so that they are told apart in greyscale. */
export const colours = { rtt: '#1f5a96', band: '#a9c4de', late: '#d98200', lost: '#a10020', blind: '#8a8a8a', fault: '#f8e4e4', phase: '#efcccc', window: '#e9eef3', line: '#555', text: '#222', frame: '#bbb', strip: '#f2f2f2' };
