import type { Stretch } from '../freebusy.ts';

export interface VenueName {
  id: string;
  name: string;
}

export interface Level {
  ordinal: number;
  name: string;
  short_name: string;
}

export type StepFree = 'yes' | 'no' | 'unknown';

export interface Room {
  id: string;
  name: string;
  number: string;
  level: number;
  capacity: number;
  equipment: string[];
  step_free: StepFree;
  booking: 'auto' | 'approval';
}

export interface Policy {
  opens: string;
  closes: string;
  shortest_minutes: number;
  longest_minutes: number;
  horizon_days: number;
}

export interface Venue extends VenueName {
  zone: string;
  attribution: { text: string; url: string };
  licence: string;
  notice: string | null;
  plan: string;
  bearing: number;
  bounds: [west: number, south: number, east: number, north: number];
  levels: Level[];
  rooms: Room[];
  policy: Policy;
}

/** Busy times of all rooms for one day, in minutes since its start; null where a room is not known. */
export interface Overview {
  venue: string;
  date: string;
  zone: string;
  start: string;
  minutes: number;
  rooms: string[];
  busy: (Stretch[] | null)[];
  unknown: Record<string, string>;
}

/** How the page signs people in with Microsoft; `issuer` may hold {tenantid}. */
export interface HowToSignIn {
  client_id: string;
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  scope: string;
}

/** `sign_in` is null where nobody can sign in, `ends` where nobody did. */
export interface SessionState {
  sign_in: HowToSignIn | null;
  ends: string | null;
}

export interface Tokens {
  access_token: string;
  id_token: string;
  expires_in: number;
}

export interface Person {
  name: string;
  user_name: string;
}

/** A room and the time somebody wants it. */
export interface RoomWish {
  room: string;
  start: string;
  end: string;
}

export interface WishBody extends RoomWish {
  key: string;
}

export interface Booking extends WishBody {
  state: 'confirmed' | 'declined' | 'cancelled';
}

export interface FreeRoom {
  id: string;
  until: string | null;
}
