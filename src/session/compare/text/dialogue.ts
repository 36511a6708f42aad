// Dialogue: from the mad tea party of "Alice's Adventures in Wonderland" by Lewis Carroll (1865), public domain.
export const dialogue = `There was a table set out under a tree in front of the house, and the March Hare and the Hatter were having tea at it: a Dormouse was sitting between them, fast asleep, and the other two were using it as a cushion, resting their elbows on it, and talking over its head.

"No room! No room!" they cried out when they saw Alice coming.

"There's plenty of room!" said Alice indignantly, and she sat down in a large arm-chair at one end of the table.

"Have some wine," the March Hare said in an encouraging tone.

Alice looked all round the table, but there was nothing on it but tea. "I don't see any wine," she remarked.

"There isn't any," said the March Hare.

"Then it wasn't very civil of you to offer it," said Alice angrily.

"It wasn't very civil of you to sit down without being invited," said the March Hare.

"I didn't know it was your table," said Alice; "it's laid for a great many more than three."

"Your hair wants cutting," said the Hatter. He had been looking at Alice for some time with great curiosity, and this was his first speech.

"You should learn not to make personal remarks," Alice said with some severity; "it's very rude."

The Hatter opened his eyes very wide on hearing this; but all he said was, "Why is a raven like a writing-desk?"

"Come, we shall have some fun now!" thought Alice. "I'm glad they've begun asking riddles. I believe I can guess that," she added aloud.

"Do you mean that you think you can find out the answer to it?" said the March Hare.

"Exactly so," said Alice.

"Then you should say what you mean," the March Hare went on.

"I do," Alice hastily replied; "at least, at least I mean what I say; that's the same thing, you know."

"Not the same thing a bit!" said the Hatter. "You might just as well say that 'I see what I eat' is the same thing as 'I eat what I see'!"

"You might just as well say," added the March Hare, "that 'I like what I get' is the same thing as 'I get what I like'!"
`;
