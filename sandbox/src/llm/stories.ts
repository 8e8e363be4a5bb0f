/** Long answers, so that somebody can interrupt them. */
import { pick } from "./persona.ts";

const stories = [
  "Once, in a harbour town, there lived a lamp keeper who had never left the shore. Every evening she climbed ninety-nine steps and lit the great lamp. One autumn a small boat lost its sail in a storm, far beyond the rocks. She saw its lantern blink three times and then go dark. So she turned the lamp, slowly, until its beam lay on the water like a road. All night she kept it there, though her arms grew heavy. In the morning a young sailor walked up the steps with a wet coat and a wide smile. He had followed the light home, he said, and he had brought her a map of everywhere she had never been. The next spring they set out together, and the town learned to take turns with the lamp.",
  "There was once a clockmaker whose clocks all ran a little late. People laughed about it, and yet nobody ever bought a clock elsewhere. One day a hurried merchant asked him why he would not set them right. The clockmaker smiled and gave him a watch to try for a week. On the first day the merchant missed his coach and walked through the woods instead. On the second he came late to a quarrel and found that it was already over. By the end of the week he had met an old friend, heard a blackbird, and slept until noon. He came back and asked what he owed. Only the time that you were going to waste, said the clockmaker, and sold him a second watch for his wife.",
] as const;

export const story = (seed: string): string => pick(stories, seed);
