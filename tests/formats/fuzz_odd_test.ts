import { fuzzReaders } from "./fuzz.ts";

fuzzReaders(1);
