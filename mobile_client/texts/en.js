/** What the page says before and after the camera runs, and always, in English. {words in braces} are filled in. */
export default Object.freeze({
  loading_title: "One moment",
  loading_text: "The station is being prepared.",

  station_label: "Station {number}",
  camera_use_title: "Your camera",
  camera_use_text:
    "Its pictures go to a computer in this gallery, are painted there and come straight back. Frames are not stored.",
  camera_use_artwork:
    "Its pictures go to a computer in this gallery, which finds the artwork in them. What is laid over it is drawn on your phone. Frames are not stored.",
  camera_use_dream:
    "Its pictures go to a computer in this gallery, which finds the artwork in them and makes pictures of your words. Frames are not stored.",
  begin: "Start the camera",
  more: "More about this place",
  audio_description: "Audio description",
  accessibility: "Accessibility",
  step_free: "Step-free access",
  not_step_free: "There are steps on the way",
  seating: "Seats nearby",
  no_seating: "No seats nearby",
  flicker: "The picture may flicker here. Take care if flashing light affects you.",
  room_live: "Visitors here now: {live}",

  asking_title: "May this page use the camera?",
  asking_text: "Your browser is asking. Please choose “Allow”.",

  denied_title: "The camera is blocked",
  denied_text: "Nothing can be painted without it. You can allow it again:",
  denied_ios_1: "Tap the page menu beside the address, then “Website Settings”.",
  denied_ios_2: "Set “Camera” to “Allow”.",
  denied_ios_3: "In another browser than Safari: open Settings, Apps, your browser, and turn “Camera” on.",
  denied_android_1: "Tap the symbol to the left of the address.",
  denied_android_2: "Open “Permissions” and allow “Camera”.",
  denied_android_3: "If it is still blocked: Settings, Apps, your browser, Permissions, Camera.",
  denied_other_1: "Click the camera or lock symbol beside the address.",
  denied_other_2: "Allow the camera for this page.",
  denied_other_3: "If it is still blocked, allow your browser to use the camera in the system’s privacy settings.",

  no_camera_title: "No camera was found",
  no_camera_text: "Connect a camera, or scan the code with a phone that has one.",
  busy_title: "The camera is busy",
  busy_text: "Another app seems to be using it. Close that app, then try again.",

  insecure_title: "This page needs a secure address",
  insecure_text: "Browsers give the camera only to pages that begin with https. The secure page is one tap away.",
  insecure_action: "Open the secure page",

  in_app_title: "Please open this page in your browser",
  in_app_text: "The app that opened this page keeps the camera to itself.",
  in_app_1: "Copy the link.",
  in_app_2: "Open Safari, Chrome or another browser.",
  in_app_3: "Paste the link into the address line.",
  copy_link: "Copy the link",
  copied: "Link copied",
  link_label: "Link to this station",

  unsupported_title: "This browser cannot show it",
  unsupported_text: "Please use a current browser: Safari from 15.4, Chrome from 105, Firefox from 121.",
  outdated_title: "The page has changed",
  outdated_text: "The exhibition was renewed while this page was open. Please load it again.",

  reconnecting_title: "Connection lost",
  reconnecting_text: "The page is trying again by itself. Your choice is kept.",
  try_now: "Try now",

  station_closed_title: "This station is closed at the moment",
  station_closed_text: "The other stations look forward to your visit.",
  opens_today: "Opens at {time}",
  opens_tomorrow: "Opens tomorrow at {time}",
  opens_on: "Opens on {day} at {time}",
  check_again: "Check again",

  ticket_invalid_title: "This code is not valid",
  ticket_invalid_text: "Please scan the code beside the artwork once more, or ask the staff.",
  ticket_expired_text: "It has expired. Please scan the code beside the artwork once more, or ask the staff.",
  ticket_foreign_text: "It belongs to another exhibition. Please scan the code beside the artwork.",
  station_unknown_text: "Its station is no longer part of the exhibition. Please scan another code.",

  ended_title: "Thank you for your visit",
  ended_text: "The camera is off. No picture was kept.",
  ended_kept_text: "The camera is off. What you kept is behind your private link.",
  elsewhere_title: "Your visit goes on in another tab",
  elsewhere_text: "Only one page at a time can be painted.",
  refused_title: "The visit has ended",
  refused_text: "Something did not go as it should. Starting again usually helps.",
  again: "Start again",
  continue_here: "Continue here",
  try_again: "Try again",
  reload: "Load the page again",

  draft: "Draft: not public",
  draft_left: "Draft: not public · {time} left",

  language: "Language",
});
