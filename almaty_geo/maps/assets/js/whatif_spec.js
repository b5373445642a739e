/* What a page carries of trials, unpacked: people once, facilities by section. */
(function (atlas) {
  "use strict";

  const { reader, numbersOf, degreesOf } = atlas.reckoning.ground();
  let ground = null;

  /* Longitude and latitude, one after the other. */
  function placesOf({ decimals, places }) {
    return degreesOf({ decimals, places: decimals < 0 ? places : numbersOf(places) });
  }

  /* The people of the page and the plane that they stand on; null where nothing can be tried. */
  atlas.trialGround = function () {
    const { ground: given } = atlas.data;
    if (!ground && given) {
      const people = numbersOf(given.people);
      const area = reader(given.area).runs(people.length);
      ground = { ...given, people, area, degrees: placesOf(given) };
    }
    return ground;
  };

  /* The facilities of a section; one without a place has null for it. */
  atlas.trialSpec = function (given) {
    const size = given.ids.length;
    const runs = (text) => Array.from(reader(text).runs(size));
    const degrees = placesOf(given);
    let read = 0;
    const places = runs(given.placed).map(function (is) {
      if (!is) return null;
      read += 2;
      return [degrees[read - 2], degrees[read - 1]];
    });
    const capacity = runs(given.capacity).map((known) => (known < 0 ? null : known));
    return { ...given, places, capacity, layer: runs(given.layer), area: runs(given.area) };
  };
})(window.almatyGeo);
