/** Which settings a cluster has: those that it came with, or such as were made equal to another platform's. The two are never mixed. */
export const settingsProfiles = ['defaults', 'equalised'] as const;
export type SettingsProfile = (typeof settingsProfiles)[number];
