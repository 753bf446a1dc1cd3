import { fuzzReaders } from "./fuzz.ts";

fuzzReaders(0);
