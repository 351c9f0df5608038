// Everything here makes a working page more comfortable; with scripts off nothing is missing but comfort.

import { offerCopies } from "./copy.js";
import { confirmInDialog } from "./dialog.js";
import { keepDrafts } from "./drafts.js";
import { sendByKeys, sendOnce, watchLength } from "./forms.js";
import { showPasswords } from "./passwords.js";
import { followThread } from "./poll.js";
import { unfoldTargets } from "./unfold.js";
import { watchUploads } from "./upload.js";
import { tellTimeZone } from "./zone.js";

tellTimeZone();
keepDrafts();
watchUploads();
sendOnce();
sendByKeys();
watchLength();
confirmInDialog();
offerCopies();
followThread();
showPasswords();
unfoldTargets();
