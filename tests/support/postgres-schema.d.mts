export declare const FINGERPRINT: string;
export declare const EMPTY: string;
