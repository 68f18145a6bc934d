"""The bad end of the day: a computer that loses its database and its key, and comes back from the backup by the recovery code on paper."""

import secrets

from demo.stage import Stage, must


def lose_and_restore(stage: Stage) -> None:
    """A backup is made; database and key are lost; the code from the safe brings everything back, what was not sent yet included."""
    desk = stage.desks.a
    code = desk.do("recovery-code", "--new")["code"]
    desk.do("record", "save", "service_request", "--id", stage.request, given={"detail": "ผู้ยื่นจะนำแบบแปลนมาพรุ่งนี้เช้า"})
    kept = desk.do("backup")
    must(kept["verified"] and kept["waiting"] > 0, "the backup must be whole and hold what was not sent")
    stage.say("สำรองข้อมูล", f"{kept['records']:,} รายการ ตรวจแล้ว มีรหัสกู้คืนพิมพ์เก็บไว้")
    for path in desk.home.glob("thongthin.db*"):
        path.unlink()
    desk.environ["THONGTHIN_KEY"] = secrets.token_hex(32)
    stage.say("ฐานข้อมูลและกุญแจของโต๊ะ ก หาย", "เหลือสำเนาสำรองกับรหัสกู้คืนบนกระดาษ")
    desk.environ["THONGTHIN_RECOVERY_CODE"] = code
    back = desk.do("restore", "--from", kept["name"])
    del desk.environ["THONGTHIN_RECOVERY_CODE"]
    status = desk.do("status")
    must(back["restored"]["records"] == kept["records"] and status["waiting"] == kept["waiting"], "what was not sent must still wait")
    stage.say("กู้คืนด้วยรหัส", f"กลับมา {kept['records']:,} รายการ งานที่ยังไม่ได้ส่ง {status['waiting']} รายการยังรออยู่ครบ")
