// Makes elements. Text goes in as text, so nothing that a server says is ever read as markup.

/** An element with its attributes and children; a child that is a string becomes text. */
export function el(name, attributes, children = []) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}
